import type { Problem } from '../problem.ts'
import { type Check, readRegions } from './check.ts'

/** A confirmed write needs a standby that holds it, so replication and confirmation exist in active-passive only. */
export const durability: Check = (topology) => {
  const { mode, database, links, objectives } = topology
  if (mode === undefined) return []
  const problems: Problem[] = []
  const { commit, replication, kind } = database ?? {}
  const add = (path: string, text: string) => problems.push({ path, text })
  if (mode === 'active-active') {
    if (commit === 'confirmed') {
      add('database.commit', `'confirmed' needs a standby that confirms, and active-active has none; write 'local'`)
    }
    if (replication === 'physical' || replication === 'logical') {
      add(
        'database.replication',
        `'${replication}' follows one primary; in active-active each region writes: write 'none'`,
      )
    }
    const edge = readRegions(topology).find(([, { role }]) => role === 'edge')
    if (edge && links?.kind === 'none') {
      add('links.kind', `'none' leaves ${edge[0]} no way to the control planes that it follows; write 'peering'`)
    }
    return problems
  }
  if (replication === 'none') {
    add('database.replication', `'none' leaves the standby without data; in active-passive it is 'physical'`)
  }
  if (replication === 'logical' && kind === 'aurora-global') {
    add('database.replication', `'logical' is not how Aurora Global replicates; write 'physical', or kind 'instance'`)
  }
  if (links?.kind === 'none') {
    add('links.kind', `'none' leaves the standby no way to confirm writes to the primary; write 'peering'`)
  }
  if (commit === 'local' && objectives?.rpo?.revisions === 0) {
    add(
      'objectives.rpo.revisions',
      `0 cannot be promised: database.commit 'local' acknowledges what the standby may not hold;\n` +
        `write commit 'confirmed', or promise the revisions you can lose`,
    )
  }
  return problems
}
