import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import { RdsDriver } from '../../../toolkit/failover/drivers/rds/rds-driver.ts'
import type { PlayedAws } from '../../toolkit/played-aws.ts'
import { describeDatabaseDriver, EAST, WEST } from './suite.ts'

const client = (aws: PlayedAws, region: string) =>
  new RDSClient({
    region,
    endpoint: aws.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

describeDatabaseDriver({
  name: 'rds',
  deploy: async (aws, name) => {
    const [east, west] = [`${name}-${EAST}-g1`, `${name}-${WEST}-g1`]
    const { DBInstance: primary } = await client(aws, EAST).send(
      new CreateDBInstanceCommand({
        ...{ DBInstanceIdentifier: east, Engine: 'postgres', EngineVersion: '17', DBInstanceClass: 'db.m7g.large' },
        ...{ AllocatedStorage: 50, MasterUsername: 'antipode', MasterUserPassword: 'of-no-use-here' },
        ...{ BackupRetentionPeriod: 14, DeletionProtection: true, Tags: [{ Key: 'Region', Value: EAST }] },
      }),
    )
    await client(aws, WEST).send(
      new CreateDBInstanceReadReplicaCommand({
        ...{ DBInstanceIdentifier: west, SourceDBInstanceIdentifier: primary?.DBInstanceArn },
        DBInstanceClass: 'db.m7g.large',
      }),
    )
    return { east, west, driver: () => new RdsDriver({ [EAST]: east, [WEST]: west }) }
  },
  orders: { switchover: 'PromoteReadReplica', failover: 'PromoteReadReplica' },
  refusals: [
    {
      name: 'a replica that is being backed up is not promoted',
      arrange: (aws, { west }) => aws.status(west, 'backing-up'),
      order: (driver) => driver.failover(WEST),
      refusal: /promote payments\d+-us-west-2-g1, .*it is being backed up/,
    },
    {
      name: 'a replica whose storage is full is not promoted',
      arrange: (aws, { west }) => aws.status(west, 'storage-full'),
      order: (driver) => driver.switchover(WEST),
      refusal: /it is storage-full/,
    },
    {
      name: 'an instance that has a replica is not stopped',
      arrange: () => {},
      order: (driver) => driver.fence(EAST),
      refusal: /AWS stops no instance that has a replica \(arn:aws:rds:us-west-2:\d+:db:payments\d+-us-west-2-g1\)/,
    },
    {
      name: 'a replica is not stopped',
      arrange: () => {},
      order: (driver) => driver.fence(WEST),
      refusal: /AWS stops no replica/,
    },
    {
      name: 'a replica is not made of a replica',
      arrange: () => {},
      order: (driver) => driver.rejoin(EAST, WEST),
      refusal: /payments\d+-us-west-2-g1 is no writer to copy from \(replica\)/,
    },
  ],
  more: ({ aws, deploy, run }) => {
    test('stops the old writer once nothing replicates from it, and finds it stopped the next time', async () => {
      const pair = await deploy()
      const driver = pair.driver()
      await run([...driver.switchover(WEST), ...driver.fence(EAST)])
      assert.equal((await driver.states())[0]?.status, 'stopped')
      await run(driver.fence(EAST))
      assert.deepEqual(aws().orders, [`PromoteReadReplica ${pair.west}`, `StopDBInstance ${pair.east}`])
    })

    test('rejoins with an instance of the next generation, given what the old one had, and leaves the old one', async () => {
      const pair = await deploy()
      const driver = pair.driver()
      await run([...driver.failover(WEST), ...driver.rejoin(EAST, WEST)])
      await run(driver.rejoin(EAST, WEST))
      const second = pair.east.replace(/g1$/, 'g2')
      assert.deepEqual(aws().orders.slice(1), [`CreateDBInstanceReadReplica ${second}`])
      const { DBInstances: [made] = [] } = await client(aws(), EAST).send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: second }),
      )
      assert.match(made?.ReadReplicaSourceDBInstanceIdentifier ?? '', new RegExp(`:${WEST}:.*:${pair.west}$`))
      assert.equal(made?.DBInstanceClass, 'db.m7g.large')
      assert.equal((await driver.states())[0]?.role, 'writer')
    })

    test('tells of a database that is not there, and promotes none', async () => {
      const driver = new RdsDriver({ [EAST]: 'nobody-g1' })
      assert.deepEqual(await driver.states(), [
        { region: EAST, identifier: 'nobody-g1', role: 'none', status: 'is not there', endpoint: null, source: null },
      ])
      await assert.rejects(run(driver.failover(EAST)), /promote nobody-g1, .*: it is not there/)
      driver.close()
    })
  },
})
