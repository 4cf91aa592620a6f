import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { until } from '../toolkit/local/database/linked-databases.ts'
import { LedgerClient } from './ledger-client.ts'
import { publishRoute, untilServed } from './published-route.ts'
import { RunningTopology } from './running-topology.ts'
import { SteadyReads } from './steady-reads.ts'

/** Two majors of PostgreSQL, one after the other, under writers and readers; the command is killed on the way. */
let topology: RunningTopology

before(async () => {
  topology = await RunningTopology.start('drills/logical-pair.ts')
})
after(() => topology?.stop())

test('PostgreSQL 17 becomes 18 in both regions while no call fails and no acknowledged write is lost', async () => {
  const { regions } = topology.ready
  const epoch = (await stateOf('us-east-1')).epoch
  const plan = await topology.command('upgrade-database', '--to', '18', '--json').ended
  assert.equal(plan.code, 0, plan.stderr)
  assert.deepEqual(await majors(), [17, 17], 'a plan touches nothing')

  await publishRoute(topology.region('us-east-1'), 'steady', '/steady')
  await Promise.all(regions.map((region) => untilServed(region, '/steady')))
  const calls = new SteadyReads(
    regions.map(({ gateway }) => `${gateway}/steady`),
    20,
  )
  const configuration = new SteadyReads(
    regions.map(({ admin }) => `${admin}/apisix/admin/routes/steady`),
    100,
    { 'x-api-key': regions[0]!.adminKey! },
  )
  const writers = new LedgerClient(regions, 'upgrade')
  writers.start(4)
  try {
    const killed = topology.command('upgrade-database', '--to', '18', '--yes')
    const { dataDir } = await topology.local.describe()
    await until('a new one is being built', () => existsSync(path.join(dataDir, 'databases', 'us-west-2.beside')))
    killed.child.kill('SIGKILL')
    await killed.ended
    const upgraded = await topology.command('upgrade-database', '--to', '18', '--yes', '--json').ended
    assert.equal(upgraded.code, 0, upgraded.stderr)
    const result = JSON.parse(upgraded.stdout)
    assert.deepEqual(result.majors, { 'us-east-1': 18, 'us-west-2': 18 })
    assert.equal(result.writer, 'us-west-2')
    assert.ok(result.epoch > epoch)
  } finally {
    await writers.stop()
    await Promise.all([calls.stop(), configuration.stop()])
  }
  assert.ok(calls.reads > 100 && configuration.reads > 20)
  assert.deepEqual([calls.failures, configuration.failures], [[], []])
  assert.deepEqual(await majors(), [18, 18])
  assert.ok(writers.entries.filter(({ outcome }) => outcome === 'acknowledged').length > 50)
  for (const region of regions) {
    await until(
      `${region.name} shows all`,
      async () => (await stateOf(region.name)).hash === (await stateOf('us-west-2')).hash,
    )
    assert.deepEqual((await writers.audit(region)).missing, [], region.name)
  }
  await writers.close()

  const again = await topology.command('switchover', '--to', 'us-east-1', '--yes', '--json').ended
  assert.equal(again.code, 0, again.stderr)
  const back = await topology.command('upgrade-database', '--to', '17', '--yes').ended
  assert.deepEqual([back.code, /is PostgreSQL 18 already/.test(back.stderr)], [3, true])
})

async function majors(): Promise<number[]> {
  const { local, ready } = topology
  return Promise.all(ready.regions.map(async ({ name }) => (await local.database(name).status()).major))
}

async function stateOf(region: string): Promise<{ epoch: number; hash: string; role: string }> {
  const { admin, adminKey } = topology.region(region)
  const answer = await fetch(`${admin}/antipode/region`, { headers: { 'x-api-key': adminKey ?? '' } })
  return (await answer.json()) as { epoch: number; hash: string; role: string }
}
