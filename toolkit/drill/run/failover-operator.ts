import { failback } from '../../failover/failback.ts'
import { failover } from '../../failover/failover.ts'
import { LocalDriver } from '../../failover/local-driver.ts'
import type { ProcedureResult } from '../../failover/procedure.ts'
import { switchover } from '../../failover/switchover.ts'
import { upgradeDatabase } from '../../failover/upgrade-database.ts'
import type { Operator, OperatorResult } from './operator.ts'

/** Does what `antipode failover`, `failback`, `switchover` and `upgrade-database` do with `--yes`. */
export const failoverOperator: Operator = {
  async failover(topology, to, allowDataLoss) {
    return resultOf(await failover(new LocalDriver(topology), { to, yes: true, allowDataLoss }))
  },
  async failback(topology, to) {
    return resultOf(await failback(new LocalDriver(topology), { to, yes: true }))
  },
  async upgradeDatabases(topology, major) {
    await upgradeDatabase(new LocalDriver(topology), { to: major, yes: true })
  },
  async moveWriterAround(topology) {
    const { regions } = await topology.describe()
    // The one that does not write comes first.
    for (const { name } of regions.toSorted((a, b) => Number(a.role === 'primary') - Number(b.role === 'primary'))) {
      await switchover(new LocalDriver(topology), { to: name, yes: true })
    }
  },
}

function resultOf({ writer, to, epoch, frozenMilliseconds, marks }: ProcedureResult): OperatorResult {
  return {
    writer: writer ?? to,
    epoch: epoch ?? 0,
    frozenMilliseconds: frozenMilliseconds ?? null,
    rebuilt: 'rebuilt' in marks,
  }
}
