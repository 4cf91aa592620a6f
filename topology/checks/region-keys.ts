import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

const KEY = /^arn:aws[\w-]*:kms:([\w-]+):\d{12}:key\/[\w-]+$/

/** A key encrypts in its own region alone, so that losing another region locks nothing here. */
export const regionKeys: Check = (topology) =>
  readRegions(topology).flatMap(([name, { key }]): Problem[] => {
    if (!key) return []
    const path = `regions.${name}.key`
    const [, region] = KEY.exec(key) ?? []
    if (region === undefined) {
      return [{ path, text: `'${key}' is no ARN of a key; write arn:aws:kms:${name}:<account>:key/<id>` }]
    }
    if (region === name) return []
    return [{ path, text: `'${key}' is in ${region}; give the ARN of a key, or of its replica, in ${name}` }]
  })
