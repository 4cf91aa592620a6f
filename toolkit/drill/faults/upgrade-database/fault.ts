import { AntipodeError } from '../../../../runtime/model/errors.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { proveUpgrade } from './proof.ts'
import { undoUpgrade } from './undo.ts'

export interface UpgradeDatabasePlan extends FaultPlan {
  /** The major of PostgreSQL that every region's database is brought to. */
  readonly major: number
  readonly regions: readonly string[]
}

/**
 * No fault, but as bad as one where it goes wrong: the operator brings both databases to another major of PostgreSQL, and
 * the right to write moves to the one that had it first.
 */
export const upgradeDatabase: Fault<UpgradeDatabasePlan> = {
  name: 'upgrade-database',
  summary: "bring both regions' databases to another major of PostgreSQL",
  fields: [],
  usage: '<major>',
  example: 'fault upgrade-database 18',
  witness: 'vantage',
  fact: 'a later epoch written',

  entryOf: ([major, ...rest]) =>
    major === undefined || rest.length > 0 ? undefined : { 'upgrade-database': Number(major) },
  read(entry, regions, problem) {
    const major = entry['upgrade-database']
    if (Number.isInteger(major)) return { fault: 'upgrade-database', major: Number(major), regions }
    problem('upgrade-database', major, 'give a major of PostgreSQL, such as 18')
    return undefined
  },
  describe: ({ major }) => `both databases brought to PostgreSQL ${major}`,
  headline: ({ major }) => `Both databases became PostgreSQL ${major}`,
  reach: ({ regions }) => ({ regions: regions.map((region) => ({ region, parts: ['database'] })), links: [] }),
  refuse({ major }, { database }, problem) {
    if (database.replication !== 'logical') {
      problem(
        'upgrade-database',
        major,
        "needs database.replication 'logical': a copy stays of the major it was copied from",
      )
    } else if (major <= database.version) {
      problem('upgrade-database', major, `is no later major than the topology's (database.version ${database.version})`)
    }
  },
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  async inject(_topology, { major }, scene) {
    if (!scene) {
      const reason = `it is no fault that is done by hand; run antipode upgrade-database --to ${major}`
      throw new AntipodeError('USAGE', { reason })
    }
    await scene.upgradeDatabases(major)
  },
  prove: proveUpgrade,
  undo: undoUpgrade,
}
