import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { loadDrill } from '../../toolkit/drill/compile/load-drill.ts'
import type { Scene } from '../../toolkit/drill/faults/fault-interface.ts'
import { FaultCarrier, journalOf } from '../../toolkit/drill/run/fault-carrier.ts'
import { Reconciler } from '../../toolkit/drill/run/reconciler.ts'
import { RegionSync } from '../../toolkit/drill/run/region-sync.ts'
import { SafetyWatch } from '../../toolkit/drill/run/safety-watch.ts'
import { settledConfiguration } from '../../toolkit/drill/run/settled-configuration.ts'
import { ObservationLog } from '../../toolkit/drill/traffic/observation-log.ts'
import { EDITION_PATH, OWN_RESOURCES } from '../../toolkit/drill/writes/editions.ts'
import { Publication } from '../../toolkit/drill/writes/publication.ts'
import type { LocalRegion, Part } from '../../toolkit/local/local-topology.ts'
import { ROOT } from '../presubmit/source-tree.ts'
import { ANTIPODE } from '../toolkit/cli-process.ts'
import { RunningTopology } from './running-topology.ts'

const PATIENCE = 120_000
const AWAY: readonly Part[] = ['control-plane', 'database']

/** The operator's part of the active-active drills, without the traffic that measures it; those run at night. */
describe('regions that write for themselves', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'antipode-reconcile-'))
  let topology: RunningTopology
  let reconciler: Reconciler
  let carrier: FaultCarrier

  before(async () => {
    topology = await RunningTopology.start('stacks/examples/active-active.ts')
    const { drill } = await loadDrill(path.join(ROOT, 'test/e2e/drift.yaml'))
    const { regions } = topology.ready
    const { signal } = new AbortController()
    for (const region of regions) await new Publication([region], drill.topology.host, [], OWN_RESOURCES).publish([])
    const watch = new SafetyWatch(drill, new ObservationLog(), signal)
    reconciler = new Reconciler(new RegionSync(ANTIPODE, folder, regions, signal), watch)
    const scene = {} as Scene
    carrier = new FaultCarrier(topology.local, journalOf((await topology.local.describe()).dataDir), scene)
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    if (topology) assert.deepEqual(await topology.stop(), { code: 0, leftovers: [] })
  })

  it('are told apart, resource by resource, where one was changed by hand, and made equal to the files', async () => {
    const before = await settled()
    await carrier.inject({ fault: 'drift', region: 'eu-west-1' } as never, 600, false)
    assert.equal(await edition('eu-west-1'), 'changed by hand')
    const { found, healedAt } = await reconciler.heal(0, null)
    assert.deepEqual(
      found.map(({ region, resources }) => [region, [...resources].sort()]),
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
    assert.ok(healedAt !== null)
    assert.equal(await settled(), before, 'the same hash in every control plane and data plane')
    assert.deepEqual(await carrier.undoOwn('test'), [
      { what: 'eu-west-1: a route changed, one deleted and one added by hand', failure: null },
    ])
    assert.equal(await settled(), before, 'what was healed is left as it is')
  })

  it('do not fall back to what one brings along that was away during a change', async () => {
    const { local } = topology
    const lineages = await Promise.all(topology.ready.regions.map(lineageOf))
    await local.kill('us-east-1', AWAY)
    const { taken, missed } = await reconciler.change()
    assert.deepEqual([taken, missed], [['eu-west-1'], ['us-east-1']])
    await local.start('us-east-1', AWAY)
    assert.ok(await reconciler.untilReturned(topology.ready.regions, 'api.storefront.example'))
    assert.deepEqual([await edition('us-east-1'), await edition('eu-west-1')], ['1', '2'])
    const { found, healedAt } = await reconciler.heal(0, null)
    assert.deepEqual(found, [
      {
        region: 'us-east-1',
        resources: ['route antipode-drill-edition: plugins.fault-injection.abort.body is "1", not "2"'],
      },
    ])
    assert.ok(healedAt !== null)
    await settled()
    assert.deepEqual([await edition('us-east-1'), await edition('eu-west-1')], ['2', '2'])
    assert.deepEqual(await Promise.all(topology.ready.regions.map(lineageOf)), lineages)
    assert.notEqual(lineages[0], lineages[1])
  })

  /** The hash that every control plane and data plane has. */
  async function settled(): Promise<string> {
    const { hash, drift } = await settledConfiguration(topology.ready.regions, PATIENCE, true)
    assert.ok(hash, drift)
    return hash
  }

  /** What a region's gateway answers, once it is told apart from one that is still taking it in. */
  async function edition(name: string): Promise<string> {
    await settledConfiguration([topology.region(name)], PATIENCE, true)
    const { gateway } = topology.region(name)
    return (await fetch(gateway + EDITION_PATH)).text()
  }
})

async function lineageOf({ status }: LocalRegion): Promise<string> {
  return ((await (await fetch(`${status}/status`)).json()) as { lineage: string }).lineage
}
