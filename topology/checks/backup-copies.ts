import { type Check, readServingPlaces } from './check.ts'

/** A copy beside its original is none. That one region alone has nowhere to move callers to either is told elsewhere. */
export const backupCopies: Check = (topology) => {
  const [only, ...others] = Object.keys(topology.regions ?? {})
  const alone = others.length === 0 && readServingPlaces(topology).length > 1
  if (topology.database?.backupCopies !== 'daily' || !alone) return []
  const text = `'daily' copies to another region, and ${only} is the only one; write 'none', or add a region`
  return [{ path: 'database.backupCopies', text }]
}
