import type { Check } from './check.ts'

/** Balancing needs something to choose from. */
export const gslbRegions: Check = ({ regions, sites }) => {
  const [only, ...others] = Object.keys(regions ?? {})
  const elsewhere = Object.values(sites ?? {}).some((site) => site?.dataPlane)
  if (only === undefined || others.length > 0 || elsewhere) return []
  return [{ path: 'gslb', text: `has only ${only} to answer with; declare a second region to move callers to` }]
}
