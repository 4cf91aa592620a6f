import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack, Testing } from 'cdktf'
import {
  AccessLogs,
  BackupCopy,
  ControlPlaneService,
  DatabaseSecret,
  DataPlaneService,
  type DataPlaneServiceProps,
  FailoverRunbook,
  FlowLogs,
  InvertedCheckSwitch,
  PeeringLink,
  PostgresGlobal,
  PostgresGlobalMember,
  type PostgresGlobalMemberProps,
  PostgresPrimary,
  PostgresReplica,
  RegionNetwork,
  ReplicationAlarms,
  Route53Gslb,
  TransitGatewayHub,
  TransitGatewayLink,
} from '../../constructs/index.ts'
import type { AntipodeError } from '../../runtime/model/errors.ts'
import { topology } from '../../stacks/examples/active-passive.ts'
import { seconds } from '../../topology/index.ts'

const stack = new TerraformStack(Testing.app(), 'edge')
const network = RegionNetwork.fromExisting(stack, 'network', {
  vpcId: 'vpc-1',
  cidr: '10.1.0.0/16',
  privateSubnetIds: ['subnet-1', 'subnet-2'],
})
const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1'
/** A stack whose region is written down, and so is known before anything is applied. */
const west = new TerraformStack(Testing.app(), 'west')
new AwsProvider(west, 'aws', { region: 'us-west-2' })
const westKey = 'arn:aws:kms:us-west-2:123456789012:key/1'
const thin = RegionNetwork.fromExisting(west, 'thin', {
  vpcId: 'vpc-2',
  cidr: '10.2.0.0/16',
  privateSubnetIds: ['subnet-1'],
})

/** Each: what is asked for, and the path and the beginning of the message that come back. */
const refused: [string, () => unknown, RegExp][] = [
  [
    'a network too small to be cut',
    () =>
      new RegionNetwork(stack, 'small', { name: 'small', cidr: '10.0.0.0/26', zones: ['us-east-1a', 'us-east-1b'] }),
    /^edge\/small\.cidr: 10\.0\.0\.0\/26 in 2 zones leaves no room/,
  ],
  [
    'a network in one zone',
    () => new RegionNetwork(stack, 'thin', { name: 'thin', cidr: '10.0.0.0/16', zones: ['us-east-1a'] }),
    /^edge\/thin\.cidr: 10\.0\.0\.0\/16 in 1 zones/,
  ],
  [
    'a PostgreSQL that is not supported',
    () => new PostgresPrimary(stack, 'old', { name: 'old', version: 16, network, keyArn, passwordSecret: 'p' }),
    /^edge\/old\.version: 16 is not supported; use 17 or 18/,
  ],
  [
    'generation zero',
    () =>
      new PostgresReplica(stack, 'zero', {
        name: 'z',
        generation: 0,
        version: 17,
        network,
        keyArn,
        sourceArn: 'arn:x',
      }),
    /^edge\/zero\.generation: 0 cannot be/,
  ],
  [
    'a replica of something without an ARN',
    () => new PostgresReplica(stack, 'name', { name: 'n', version: 17, network, keyArn, sourceArn: 'payments-g1' }),
    /^edge\/name\.sourceArn: 'payments-g1' is no ARN/,
  ],
  [
    'a link to a network whose routes are not known',
    () => {
      const end = (region: string) => ({ region, network })
      return new PeeringLink(stack, 'link', { name: 'link', from: end('us-east-1'), to: end('us-west-2') })
    },
    /^edge\/link: 2 props have to change\n {2}from\.network\.privateRouteTableIds: is empty[^\n]+\n {2}to\.network/,
  ],
  [
    'a health check every 20 seconds',
    () => gslb('often', 20, 'primary'),
    /^edge\/often\.health\.interval: 20 s is no interval of Route 53/,
  ],
  [
    'a transit gateway in a public autonomous system',
    () => new TransitGatewayHub(stack, 'public', { name: 'p', region: 'us-east-1', network, asn: 65_535 }),
    /^edge\/public\.asn: 65535 is no private autonomous system/,
  ],
  [
    'a link by way of another region’s transit gateway',
    () => {
      const routed = { ...network, privateRouteTableIds: ['rtb-1'] }
      const [from, to] = ['us-east-1', 'us-west-2'].map((region) => ({ region, network: routed }))
      const hub = new TransitGatewayHub(stack, 'hub', { name: 'h', region: 'us-west-2', network, asn: 64_512 })
      assert.ok(from && to)
      return new TransitGatewayLink(stack, 'detour', { name: 'd', from, to, hubs: { from: hub, to: hub } })
    },
    /^edge\/detour\.hubs\.from: is in us-west-2; give the transit gateway of us-east-1/,
  ],
  [
    'a PostgreSQL that Aurora does not offer',
    () => new PostgresGlobal(stack, 'early', { identifier: 'payments', version: 18 }),
    /^edge\/early\.version: 18 is not offered by Aurora; use 17/,
  ],
  [
    'an Aurora of another PostgreSQL',
    () => new PostgresGlobal(stack, 'mixed', { identifier: 'payments', version: 17, engineVersion: '16.6' }),
    /^edge\/mixed\.engineVersion: '16\.6' is none of PostgreSQL 17/,
  ],
  [
    'a global database whose name AWS refuses',
    () => new PostgresGlobal(stack, 'odd', { identifier: 'pay--ments', version: 17 }),
    /^edge\/odd\.identifier: 'pay--ments' cannot be/,
  ],
  [
    'an instance class that Aurora does not offer',
    () => member('class', { instanceClass: 'db.m7g.large' }),
    /^edge\/class\.instanceClass: 'db\.m7g\.large' is no class of Aurora Global; use one of memory/,
  ],
  ['generation zero of a member', () => member('never', { generation: 0 }), /^edge\/never\.generation: 0 cannot be/],
  [
    'a lag alarm that an idle source would ring',
    () => new ReplicationAlarms(stack, 'idle', { name: 'i', databaseIdentifier: 'i-g1', maxLag: seconds(30), keyArn }),
    /^edge\/idle\.maxLag: 30 s rings whenever the source is idle; write heartbeats and say so with heartbeat: true/,
  ],
  [
    'an alarm on no disk at all',
    () => new ReplicationAlarms(stack, 'none', { name: 'n', databaseIdentifier: 'n-g1', leastStorage: 0, keyArn }),
    /^edge\/none\.leastStorage: 0 GiB cannot be/,
  ],
  ['backups copied to where they are', () => backups('here', 'us-east-1'), /^edge\/here\.copyTo\.region: us-east-1 is/],
  ['a backup of nothing', () => backups('nothing', 'us-west-2', []), /^edge\/nothing\.resourceArns: is empty/],
  [
    'a runbook that does not know a database',
    () =>
      new FailoverRunbook(stack, 'runbook', {
        topology,
        databases: { 'us-east-1': 'payments-us-east-1-g1' },
        controlPlanes: { 'us-east-1': 'a', 'us-west-2': 'b' },
      }),
    /^edge\/runbook\.databases: says nothing of us-west-2/,
  ],
  [
    'a change to a resource that is not there',
    () =>
      new ReplicationAlarms(stack, 'changed', {
        name: 'c',
        databaseIdentifier: 'c-g1',
        keyArn,
        transform: { lag: (alarm) => alarm.addOverride('period', 10) },
      }),
    /^edge\/changed\.transform\.lag: is not there as this construct is configured/,
  ],
  [
    'a switch of one region',
    () => new InvertedCheckSwitch(stack, 'lonely', { name: 'l', regions: ['us-east-1'], url: 'https://off.example' }),
    /^edge\/lonely\.regions: has 1; name two or more/,
  ],
  [
    'a switch at an address without TLS',
    () => new InvertedCheckSwitch(stack, 'plain', { name: 'p', regions: ['a', 'b'], url: 'http://off.example' }),
    /^edge\/plain\.url: 'http:\/\/off\.example' cannot be/,
  ],
  [
    'a key of another region',
    () => new DatabaseSecret(west, 'far-key', { name: 'p', keyArn }),
    /^west\/far-key\.keyArn: is a key of us-east-1; use one of us-west-2, where it has to encrypt/,
  ],
  [
    'a key that is no ARN',
    () => new AccessLogs(west, 'alias', { name: 'p', keyArn: 'alias/payments' }),
    /^west\/alias\.keyArn: 'alias\/payments' is no ARN/,
  ],
  [
    'a replica in its source’s region',
    () => {
      const sourceArn = 'arn:aws:rds:us-west-2:123456789012:db:payments-g1'
      return new PostgresReplica(west, 'near', { name: 'n', version: 17, network, keyArn: westKey, sourceArn })
    },
    /^west\/near\.sourceArn: is in us-west-2 like the replica, and would be lost with it; use a source in another/,
  ],
  [
    'a member that copied from where it is',
    () =>
      new PostgresGlobalMember(west, 'self', {
        name: 's',
        version: 17,
        network,
        keyArn: westKey,
        globalIdentifier: 'g',
        origin: { from: 'us-west-2' },
      }),
    /^west\/self\.origin\.from: us-west-2 is where this member is/,
  ],
  [
    'a database that is wrong in every way, all at once',
    () =>
      new PostgresPrimary(west, 'worst', {
        name: 'w',
        version: 16,
        generation: 0,
        network: thin,
        keyArn,
        passwordSecret: 'p',
        instanceClass: 'm7g.large',
        backupDays: 0,
        storage: 100,
        mostStorage: 100,
      }),
    new RegExp(
      [
        /^west\/worst: 7 props have to change/,
        /generation: 0 cannot be; use a whole number, 1 or more/,
        /keyArn: is a key of us-east-1; use one of us-west-2, where it has to encrypt/,
        /network\.privateSubnetIds: names 1; use private subnets in 2 zones or more/,
        /backupDays: 0 cannot be; use a whole number, 1 to 35/,
        /instanceClass: 'm7g\.large' is no class of RDS; use one like db\.m7g\.large/,
        /version: 16 is not supported; use 17 or 18/,
        /mostStorage: 100 GiB leaves no room to grow; use a tenth over 100/,
      ]
        .map(({ source }) => source)
        .join('[^]*'),
    ),
  ],
  [
    'gateways of a size that Fargate does not offer',
    () => gateways('size', { cpu: 1000, instances: 0 }),
    /^west\/size: 2 props have to change\n {2}instances: 0 cannot be[^\n]*\n {2}cpu: 1000 is no size of Fargate; use one of 256, 512/,
  ],
  [
    'memory that does not go with a processor',
    () => gateways('memory', { cpu: 256, memory: 8192 }),
    /^west\/memory\.memory: 8192 MiB does not go with 256 thousandths of a processor; use 2048/,
  ],
  [
    'gateways that shrink when they grow',
    () => gateways('shrink', { instances: 4, growsTo: 2 }),
    /^west\/shrink\.growsTo: 2 is less than the 4 instances; use 4 or more/,
  ],
  [
    'gateways that face the internet from a network that does not',
    () => gateways('inside', { internetFacing: true }),
    /^west\/inside\/balancer\.network\.publicSubnetIds: is empty; name public subnets, one per zone/,
  ],
  [
    'an Admin API for anybody',
    () =>
      new ControlPlaneService(west, 'open', {
        name: 'o',
        region: 'us-west-2',
        regionIndex: 1,
        network,
        image: 'registry.example/antipode:1',
        keyArn: westKey,
        instances: 2,
        secretArns: { identity: 'arn:i', authority: 'arn:a', adminKey: 'arn:k' },
        database: { address: 'db.example', passwordSecretArn: 'arn:p' },
        adminCidrs: ['10.0.0.0/8', '0.0.0.0/0', 'office'],
        outsideCidrs: ['0.0.0.0/0'],
      }),
    new RegExp(
      /^west\/open: 3 props have to change\n {2}adminCidrs\.1: '0\.0\.0\.0\/0' is anybody; name the networks that may call/
        .source + /\n {2}adminCidrs\.2: 'office' is no range of addresses[^\n]*\n {2}outsideCidrs\.0: /.source,
    ),
  ],
  [
    'a network in the zones of another region, one of them twice',
    () => {
      const zones = ['us-east-1a', 'us-west-2a', 'us-west-2a']
      return new RegionNetwork(west, 'zones', { name: 'z', cidr: '10.0.0.0/16', zones })
    },
    /^west\/zones: 2 props have to change\n {2}zones\.0: us-east-1a is no zone of us-west-2[^\n]*\n {2}zones\.2: us-west-2a is named twice/,
  ],
  [
    'an alarm that rings in another region',
    () =>
      new ReplicationAlarms(west, 'far', {
        name: 'f',
        databaseIdentifier: 'f-g1',
        keyArn: westKey,
        topicArn: 'arn:aws:sns:us-east-1:123456789012:pager',
      }),
    /^west\/far\.topicArn: is in us-east-1; use a topic of us-west-2, where the alarms are/,
  ],
  [
    'a number of days that CloudWatch keeps no logs for',
    () => new FlowLogs(west, 'days', { name: 'd', vpcId: 'vpc-1', keyArn: westKey, days: 100 }),
    /^west\/days\.days: 100 is no number of days that CloudWatch keeps logs for; use 120/,
  ],
  [
    'a backup at no time',
    () =>
      new BackupCopy(west, 'never', {
        name: 'n',
        region: 'us-west-2',
        keyArn: westKey,
        resourceArns: ['arn:x'],
        copyTo: { region: 'us-east-1', name: 'n' },
        schedule: 'daily',
      }),
    /^west\/never\.schedule: 'daily' is no schedule; use one like cron/,
  ],
  ['failover without a primary', () => gslb('headless', 10, 'standby'), /^edge\/headless\.targets: has 0 primaries/],
]

function gateways(id: string, props: Partial<DataPlaneServiceProps>) {
  return new DataPlaneService(west, id, {
    name: id,
    region: 'us-west-2',
    regionIndex: 1,
    network,
    image: 'registry.example/antipode:1',
    keyArn: westKey,
    instances: 2,
    internetFacing: false,
    certificateArn: 'arn:c',
    controlPlane: { urls: ['https://control-plane.example:7943'], credentials: 'arn:s' },
    ...props,
  })
}

function member(id: string, props: Partial<PostgresGlobalMemberProps>) {
  const origin = { from: 'us-west-2' }
  const common = { name: id, version: 17, network, keyArn, globalIdentifier: 'payments', origin }
  return new PostgresGlobalMember(stack, id, { ...common, ...props })
}

function backups(id: string, region: string, resourceArns = ['arn:aws:rds:us-east-1:123456789012:db:payments']) {
  const copyTo = { region, name: id }
  return new BackupCopy(stack, id, { name: id, region: 'us-east-1', keyArn, resourceArns, copyTo })
}

function gslb(id: string, interval: number, role: 'primary' | 'standby') {
  return new Route53Gslb(stack, id, {
    name: id,
    zoneId: 'Z1',
    host: 'api.payments.example',
    policy: 'failover',
    ttl: seconds(10),
    health: { interval: seconds(interval), threshold: 2 },
    targets: [
      { region: 'us-east-1', role, address: 'lb.example' },
      { region: 'us-west-2', role: 'standby', address: 'lb.example' },
    ],
  })
}

for (const [what, make, message] of refused) {
  test(`${what} is refused with the path of the prop and what to use`, () => {
    assert.throws(make, (error: AntipodeError) => {
      assert.equal(error.code, 'CONSTRUCT_INVALID')
      assert.match(error.message, message)
      return true
    })
  })
}
