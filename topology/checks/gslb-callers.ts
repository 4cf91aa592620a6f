import type { Problem } from '../problem.ts'
import { type Check, readServingPlaces } from './check.ts'

const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']

/** Somebody takes every caller: each part of the world has one taker, one takes everyone else, and not every weight is 0. */
export const gslbCallers: Check = (topology) => {
  const problems: Problem[] = []
  const policy = topology.gslb?.policy
  const serving = readServingPlaces(topology).map(({ place, ...known }) => ({ ...known, callers: place.callers }))
  const takers = new Map<string, string>()
  for (const { name, path: at, callers } of serving) {
    for (const kind of ['continents', 'countries'] as const) {
      for (const place of callers?.[kind] ?? []) {
        if (place === undefined) continue
        const path = `${at}.callers.${kind}`
        const taker = takers.get(`${kind} ${place}`)
        if (kind === 'continents' && !CONTINENTS.includes(place)) {
          problems.push({ path, text: `'${place}' is no continent; write ${CONTINENTS.join(', ')}` })
        } else if (!/^[A-Z]{2}$/.test(place)) {
          problems.push({ path, text: `'${place}' is no country; write two capital letters, like DE` })
        } else if (taker) {
          problems.push({ path, text: `'${place}' is taken by ${taker}; remove one of them` })
        } else takers.set(`${kind} ${place}`, name)
      }
    }
  }
  if (policy === 'weighted' && serving.length > 0 && serving.every(({ callers }) => callers?.weight === 0)) {
    const path = `${serving[0]?.path}.callers.weight`
    problems.push({ path, text: '0 in every region leaves the choice to chance; give one of them a weight' })
  }
  if (policy === 'geolocation') {
    const [others, ...more] = serving.filter(({ callers }) => {
      return callers?.continents?.length === 0 && callers.countries?.length === 0
    })
    for (const { path } of more) {
      const text = `names no place, and ${others?.name} takes everyone else already; name continents or countries`
      problems.push({ path: `${path}.callers`, text })
    }
  }
  return problems
}
