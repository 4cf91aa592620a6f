import { type Check, readRegions } from './check.ts'

/** Zones are distinct letters; balancers and databases need two of them, and addresses are cut for up to four. */
export const zones: Check = (topology) =>
  readRegions(topology).flatMap(([name, region]) => {
    const path = `regions.${name}.zones`
    const letters = region.zones ?? []
    const received = `[${letters.map((letter) => `'${letter}'`).join(', ')}]`
    if (letters.some((letter) => !/^[a-z]$/.test(letter))) {
      return [{ path, text: `${received} must be zones by their letter; write ['a', 'b', 'c']` }]
    }
    if (new Set(letters).size !== letters.length) return [{ path, text: `${received} names a zone twice; remove one` }]
    if (letters.length >= 2 && letters.length <= 4) return []
    return [{ path, text: `${received} has ${letters.length}; name two to four zones, like ['a', 'b', 'c']` }]
  })
