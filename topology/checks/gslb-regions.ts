import type { Check } from './check.ts'

/** Balancing needs something to choose from. */
export const gslbRegions: Check = ({ regions }) => {
  const [only, ...others] = Object.keys(regions ?? {})
  if (only === undefined || others.length > 0) return []
  return [{ path: 'gslb', text: `has only ${only} to answer with; declare a second region to move callers to` }]
}
