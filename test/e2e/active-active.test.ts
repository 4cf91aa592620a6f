import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { DrillReport } from '../../toolkit/drill/report/drill-report.ts'
import { ROOT } from '../presubmit/source-tree.ts'
import { RunningTopology } from './running-topology.ts'

/** A drill that saw too little on a busy machine has proved nothing, and is run again. */
const ATTEMPTS = 3

describe('regions that write for themselves', () => {
  let topology: RunningTopology
  before(async () => {
    topology = await RunningTopology.start('stacks/examples/active-active.ts')
  })
  after(async () => {
    if (topology) assert.deepEqual(await topology.stop(), { code: 0, leftovers: [] })
  })

  it('are told apart where one was changed by hand, and made equal to the files again', async () => {
    const report = await drilled('drift.yaml')
    assert.equal(report.verdict, 'PASS', JSON.stringify(report.reasons))
    assert.equal(report.drill.mode, 'active-active')
    const [drift, last] = report.reconciliation!.rounds
    assert.deepEqual(
      drift?.found.map(({ region, resources }) => [region, [...resources].sort()]),
      [
        [
          'eu-west-1',
          [
            'route antipode-drill-edition: plugins.fault-injection.abort.body is "changed by hand", not "1"',
            'route antipode-drill-kept is missing',
            'route antipode-drill-stray is in no file',
          ],
        ],
      ],
    )
    assert.deepEqual(last?.found, [], 'once healed, nothing differs from the files, the numbered writes included')
    const names = report.objectives.map(({ name }) => name)
    assert.deepEqual(names.slice(1, 4), ['RPO of us-east-1', 'RPO of eu-west-1', 'writers of one lineage'])
    const { missing, acknowledged } = report.writes
    assert.ok(acknowledged > 0)
    assert.deepEqual(missing, [
      { region: 'us-east-1', ids: [] },
      { region: 'eu-west-1', ids: [] },
    ])
  })

  async function drilled(file: string): Promise<DrillReport> {
    for (let attempt = 1; ; attempt++) {
      const { stdout, stderr } = await topology.command('drill', path.join(ROOT, 'test/e2e', file), '--json').ended
      const line = stdout.split('\n').findLast((text) => text.startsWith('{"'))
      assert.ok(line, stderr)
      const report = JSON.parse(line) as DrillReport
      if (report.verdict !== 'INCONCLUSIVE' || attempt === ATTEMPTS) return report
    }
  }
})
