import type { Problem } from '../problem.ts'
import type { Check } from './check.ts'

/** A global database has one writer, and Aurora offers a version of PostgreSQL a while after it is out. */
export const databaseKind: Check = ({ mode, database }) => {
  if (database?.kind !== 'aurora-global') return []
  const problems: Problem[] = []
  if (mode === 'active-active') {
    const text = `'aurora-global' has one writer; in active-active each region writes: write 'instance'`
    problems.push({ path: 'database.kind', text })
  }
  if (database.version === 18) {
    problems.push({ path: 'database.version', text: '18 is not offered by Aurora; write 17' })
  }
  return problems
}
