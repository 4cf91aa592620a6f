import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateDBClusterCommand, RDSClient } from '@aws-sdk/client-rds'
import { AuroraDriver } from '../../../toolkit/failover/drivers/aurora/aurora-driver.ts'
import type { PlayedAws } from '../../toolkit/played-aws.ts'
import { describeDatabaseDriver, EAST, WEST } from './suite.ts'

const client = (aws: PlayedAws, region: string) =>
  new RDSClient({
    region,
    endpoint: aws.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

const globalOf = (identifier: string) => identifier.replace(/-us-.*/, '')
const arn = (region: string, identifier: string) => `arn:aws:rds:${region}:123456789012:cluster:${identifier}`

describeDatabaseDriver({
  name: 'aurora',
  deploy: async (aws, name) => {
    const clusters = { [EAST]: `${name}-${EAST}-g1`, [WEST]: `${name}-${WEST}-g1` }
    for (const [region, identifier] of Object.entries(clusters)) {
      await client(aws, region).send(
        new CreateDBClusterCommand({
          ...{ DBClusterIdentifier: identifier, Engine: 'aurora-postgresql', EngineVersion: '17.4' },
          ...{ MasterUsername: 'antipode', MasterUserPassword: 'of-no-use-here' },
        }),
      )
    }
    aws.createGlobal(
      name,
      Object.entries(clusters).map(([region, identifier]) => arn(region, identifier)),
    )
    const driver = () => new AuroraDriver({ globalIdentifier: name, clusters })
    return { east: clusters[EAST] ?? '', west: clusters[WEST] ?? '', driver }
  },
  orders: { switchover: 'SwitchoverGlobalCluster', failover: 'FailoverGlobalCluster' },
  refusals: [
    {
      name: 'a cluster that is being backed up is not made the writer',
      arrange: (aws, { west }) => aws.status(west, 'backing-up'),
      order: (driver) => driver.failover(WEST),
      refusal: /let payments\d+-us-west-2-g1 write for payments\d+, .*: it is backing-up/,
    },
    {
      name: 'a cluster that has left the global database is not made its writer',
      arrange: (aws, { east }) => aws.createGlobal(globalOf(east), [arn(EAST, east)]),
      order: (driver) => driver.switchover(WEST),
      refusal: /payments\d+-us-west-2-g1 is not in the global database/,
    },
    {
      name: 'a member that writes is not stopped',
      arrange: () => {},
      order: (driver) => driver.fence(EAST),
      refusal: /AWS stops no member of a global database, and this one writes/,
    },
    {
      name: 'a cluster that has left does not come back by itself',
      arrange: (aws, { east, west }) => aws.createGlobal(globalOf(east), [arn(WEST, west)]),
      order: (driver) => driver.rejoin(EAST, WEST),
      refusal: /payments\d+-us-east-1-g1 has left payments\d+; raise its generation in the topology and apply it/,
    },
  ],
  more: ({ aws, deploy, run }) => {
    test('the old writer follows by itself after a switchover: there is nothing to stop, and nothing to build', async () => {
      const pair = await deploy()
      const driver = pair.driver()
      await run([...driver.switchover(WEST), ...driver.fence(EAST), ...driver.rejoin(EAST, WEST)])
      const [east] = await driver.states()
      assert.deepEqual([east?.role, east?.source], ['replica', arn(WEST, pair.west)])
      assert.deepEqual(aws().orders, [`SwitchoverGlobalCluster ${pair.west}`])
    })

    test('stops a cluster that has left the global database', async () => {
      const pair = await deploy()
      aws().createGlobal(globalOf(pair.east), [arn(WEST, pair.west)])
      await run(pair.driver().fence(EAST))
      assert.deepEqual(aws().orders, [`StopDBCluster ${pair.east}`])
    })

    test('takes a cluster that is gone off the list, and says that a new one is for the topology', async () => {
      const pair = await deploy()
      const clusters = { [EAST]: 'gone-g1', [WEST]: pair.west }
      const globalIdentifier = globalOf(pair.east)
      aws().createGlobal(globalIdentifier, [arn(WEST, pair.west), arn(EAST, 'gone-g1')])
      const driver = new AuroraDriver({ globalIdentifier, clusters })
      await assert.rejects(run(driver.rejoin(EAST, WEST)), /gone-g1 is gone from payments\d+; raise its generation/)
      assert.deepEqual(aws().orders, ['RemoveFromGlobalCluster gone-g1'])
      driver.close()
    })
  },
})
