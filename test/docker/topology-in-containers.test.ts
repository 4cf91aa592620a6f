import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { failoverRound, type RoundKind } from '../e2e/failover-round.ts'
import { RunningTopology } from '../e2e/running-topology.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { type DockerEngine, startEngine } from './docker-engine.ts'
import { makeNodeBase } from './node-base.ts'

const found = await startEngine()
const engine = found as DockerEngine
const TOPOLOGY = 'stacks/examples/active-passive.ts'

/** Containers and networks of any run, and all volumes, since those of a run would have no mark. */
async function inEngine(): Promise<string[]> {
  const run = ['--filter', 'label=antipode.run']
  return Promise.all([
    engine.docker('ps', '--all', '--quiet', ...run),
    engine.docker('network', 'ls', '--quiet', ...run),
    engine.docker('volume', 'ls', '--quiet'),
  ])
}

describe('a topology in containers', { skip: typeof found === 'string' && found }, () => {
  let topology: RunningTopology | undefined
  /** What the engine held before anything ran. */
  let untouched: string[]

  before(async () => {
    const { image } = await engine.antipode('image', 'build', '--base', await makeNodeBase(engine))
    // As a user's own surroundings would name them: every command of the tests finds them there.
    process.env.DOCKER_HOST = engine.env.DOCKER_HOST
    process.env.ANTIPODE_ENGINE = 'docker'
    process.env.ANTIPODE_IMAGE = String(image)
    untouched = await inEngine()
    topology = await RunningTopology.start(TOPOLOGY)
  })
  after(async () => {
    await topology?.stop()
    await engine.close()
  })

  it('runs each part in a container of its own, in a network a region', async () => {
    const label = (name: string) => `{{.Label "antipode.${name}"}}`
    const listed = await engine.docker('ps', '--format', `${label('region')} ${label('part')} {{.Networks}}`)
    const rows = listed.split('\n').map((line) => line.split(' '))
    assert.deepEqual(
      rows.map(([region, part]) => `${region} ${part}`).sort(),
      ['us-east-1', 'us-west-2'].flatMap((region) =>
        ['control-plane', 'data-plane', 'database'].map((part) => `${region} ${part}`),
      ),
    )
    assert.deepEqual([...new Set(rows.map(([region, , network]) => network!.endsWith(`-${region}`)))], [true])
    const { engine: name } = await topology!.local.describe()
    assert.equal(name, 'docker')
  })

  it('is shown and operated by the same commands', async () => {
    const { stdout } = await topology!.command('status', '--json').ended
    const { writer, regions } = JSON.parse(stdout)
    assert.equal(writer, 'us-east-1')
    assert.deepEqual(
      regions.map((region: { state: { role: string } }) => region.state.role),
      ['active', 'standby'],
    )
    for (const to of ['us-west-2', 'us-east-1']) {
      const { code, stderr } = await topology!.command('switchover', '--to', to, '--yes').ended
      assert.equal(code, 0, stderr)
    }
  })

  for (const [number, kind] of (['kill-slow-link', 'partition', 'freeze'] as RoundKind[]).entries()) {
    it(`loses no acknowledged write, and never has two writers: ${kind}`, async () => {
      const result = await failoverRound(topology!.local, topology!.ready.regions, kind, number)
      assert.ok(result.acknowledged > 0, 'no write was acknowledged')
      assert.equal(result.lost, 0)
      assert.equal(result.overlap, 0)
    })
  }

  it('leaves nothing behind when it is interrupted', async () => {
    const stopped = topology!.stop()
    topology = undefined
    assert.deepEqual(await stopped, { code: 0, leftovers: [] })
    assert.deepEqual(await inEngine(), untouched)
  })

  it('leaves nothing behind when its supervisor is killed', async () => {
    const commandLine = new CommandLine()
    try {
      const up = commandLine.start('up', '--json', '--config', commandLine.freePorts())
      await up.ready()
      assert.notDeepEqual(await inEngine(), untouched)
      up.child.kill('SIGKILL')
      await up.ended
      await until('nothing is left in the engine', async () => String(await inEngine()) === String(untouched), 60)
      assert.deepEqual(await commandLine.settled(), [])
    } finally {
      await commandLine.close()
    }
  })
})
