import { isAwsRegion, looksLikeAwsRegion, nearestAwsRegion } from '../aws-regions.ts'
import type { Check } from './check.ts'

/** A name that is meant to be a region of AWS is one. Any other name is refused when stacks are made of it, not here. */
export const regionNames: Check = ({ regions }) =>
  Object.keys(regions ?? {}).flatMap((name) => {
    if (!looksLikeAwsRegion(name) || isAwsRegion(name)) return []
    return [{ path: `regions.${name}`, text: `is no region of AWS; did you mean ${nearestAwsRegion(name)}?` }]
  })
