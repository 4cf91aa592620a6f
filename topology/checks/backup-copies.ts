import type { Check } from './check.ts'

/** A copy beside its original is none. */
export const backupCopies: Check = ({ regions, database }) => {
  const [only, ...others] = Object.keys(regions ?? {})
  if (database?.backupCopies !== 'daily' || only === undefined || others.length > 0) return []
  const text = `'daily' copies to another region, and ${only} is the only one; write 'none', or add a region`
  return [{ path: 'database.backupCopies', text }]
}
