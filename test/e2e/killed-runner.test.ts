import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import type { RegionState } from '../../runtime/model/region-state.ts'
import type { LocalDescription } from '../../toolkit/local/local-topology.ts'
import { ROOT } from '../presubmit/source-tree.ts'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { RunningTopology } from './running-topology.ts'

const DRILL = path.join(ROOT, 'test/e2e/touch.yaml')
/** Lines of the transcript, in their order, and what the journal says in between. */
const STEPS = ['attached', 'baseline', 'about-to', 'fault', 'recovered', 'undone', 'after']
const TONIGHT = process.env.ANTIPODE_TEST_NIGHTLY !== undefined

describe('a drill whose runner is killed', () => {
  let topology: RunningTopology
  let description: LocalDescription

  before(async () => {
    topology = await RunningTopology.start('stacks/examples/active-passive.ts')
    description = await topology.local.describe()
  })
  after(async () => {
    if (topology) assert.deepEqual(await topology.stop(), { code: 0, leftovers: [] })
  })

  for (const step of STEPS) {
    const skip = TONIGHT || step === 'fault' ? false : 'runs at night, by test/nightly'
    it(`leaves a topology that ends healthy by itself: ${step}`, { skip }, async () => {
      await killedAt(step)
      await until('the topology is healthy', () => healthy(), 60)
    })
  }

  it('keeps nobody from drilling the topology afterwards, one at a time', {
    skip: !TONIGHT && 'runs at night',
  }, async () => {
    const first = topology.command('drill', DRILL)
    await until('the lock is taken', () => existsSync(path.join(description.dataDir, 'drill.lock')))
    const second = await topology.command('drill', DRILL).ended
    assert.equal(second.code, 3, second.stderr)
    assert.match(second.stderr, /the drill touch \(process \d+\) runs on this topology/)
    const { code, stdout } = await first.ended
    assert.equal(code, 0, stdout)
  })

  /** Resolves when the runner is gone. One that finds the machine too busy to begin is started again. */
  async function killedAt(step: string): Promise<void> {
    for (let attempt = 1; !(await reachedAndKilled(step)); attempt++) {
      assert.ok(attempt < 4, 'the drill ended before it could be killed')
      await until('the topology is healthy', () => healthy(), 60)
    }
  }

  async function reachedAndKilled(step: string): Promise<boolean> {
    const journal = path.join(description.dataDir, 'fault-journal.ndjson')
    const length = () => (existsSync(journal) ? readFileSync(journal, 'utf8').length : 0)
    const before = length()
    const { child } = topology.command('drill', DRILL)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let reached = false
    createInterface({ input: child.stderr! }).on('line', (line) => {
      reached ||= new RegExp(`^ +\\S+ +${step} `).test(line)
    })
    const written = () => readFileSync(journal, 'utf8').slice(before).includes(`"event":"${step}"`)
    const gone = () => child.exitCode !== null || child.signalCode !== null
    await until(step, () => reached || gone() || (length() > before && written()), 90)
    if (gone()) return false
    child.kill('SIGKILL')
    await ended
    return true
  }

  async function healthy(): Promise<boolean> {
    const { local, ready } = topology
    const [links, afflictions, gslb, now] = await Promise.all([
      ...([local.links(), local.afflictions(), local.gslb(), local.describe()] as const),
    ])
    if (afflictions.length > 0 || links.some(({ cut, delay, loss }) => cut || delay > 0 || loss > 0)) return false
    if (gslb.answers.map(({ region }) => region).join() !== 'us-east-1') return false
    if (now.regions.some(({ processes }) => Object.values(processes).some((part) => part.length === 0))) return false
    const states = await Promise.all(
      ready.regions.map(async ({ admin, adminKey }) => {
        const answer = await fetch(`${admin}/antipode/region`, { headers: { 'x-api-key': adminKey ?? '' } })
        return (await answer.json()) as RegionState
      }),
    )
    return states.map(({ role }) => role).join() === 'active,standby'
  }
})
