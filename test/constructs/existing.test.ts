import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  AccessLogs,
  AlarmTopic,
  BackupCopy,
  ControlPlaneService,
  DatabaseSecret,
  DataPlaneService,
  FallbackBucket,
  FlowLogs,
  ImageRepository,
  NetworkLoadBalancer,
  PeeringLink,
  PostgresGlobal,
  PostgresPrimary,
  RegionKey,
  RegionNetwork,
  RegionSecrets,
  ReplicationAlarms,
  TransitGatewayHub,
  TransitGatewayLink,
} from '../../constructs/index.ts'
import { resources, type SynthesisedStack, synthesiseStack } from '../stacks/synthesise.ts'

function synthesised(make: (stack: TerraformStack) => unknown): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'edge')
    new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
    make(stack)
    return stack
  })
}

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`

/** What a company has before it has us. */
function company(stack: TerraformStack) {
  const keyArn = arn('kms', 'key/1')
  return {
    key: RegionKey.fromExisting(stack, 'key', { arn: keyArn }),
    network: RegionNetwork.fromExisting(stack, 'network', {
      vpcId: 'vpc-1',
      cidr: '10.1.0.0/16',
      publicSubnetIds: ['subnet-1', 'subnet-2'],
      privateSubnetIds: ['subnet-3', 'subnet-4'],
      privateRouteTableIds: ['rtb-1'],
    }),
    secrets: RegionSecrets.fromExisting(stack, 'secrets', {
      keyArn,
      arns: {
        controlPlaneIdentity: arn('secretsmanager', 'secret:identity'),
        dataPlaneIdentity: arn('secretsmanager', 'secret:bundle'),
        authority: arn('secretsmanager', 'secret:authority'),
        adminKey: arn('secretsmanager', 'secret:admin'),
        keyring: arn('secretsmanager', 'secret:keyring'),
      },
    }),
    password: DatabaseSecret.fromExisting(stack, 'password', { arn: arn('secretsmanager', 'secret:password'), keyArn }),
    database: PostgresPrimary.fromExisting(stack, 'database', {
      address: 'db.example',
      arn: arn('rds', 'db:theirs'),
      securityGroupId: 'sg-database',
      loginId: 'db-THEIRS',
    }),
    topic: AlarmTopic.fromExisting(stack, 'topic', { arn: arn('sns', 'pager') }),
    accessLogs: AccessLogs.fromExisting(stack, 'access-logs', { bucketName: 'their-logs' }),
    fallback: FallbackBucket.fromExisting(stack, 'fallback', { bucketName: 'their-bucket', bucketRegion: 'eu-west-2' }),
    images: ImageRepository.fromExisting(stack, 'images', {
      url: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/theirs',
      arn: arn('ecr', 'repository/theirs'),
    }),
  }
}

test('a region is made of what a company has, and nothing of that is made again', () => {
  const stack = synthesised((scope) => {
    const { key, network, secrets, password, database, topic, accessLogs, fallback, images } = company(scope)
    const common = {
      region: 'eu-west-1',
      regionIndex: 1,
      network,
      image: `${images.url}:1`,
      repositoryArn: images.arn,
      keyArn: key.arn,
      instances: 2,
      fallback,
    }
    const controlPlanes = new ControlPlaneService(scope, 'control-planes', {
      ...common,
      name: 'control-planes',
      secretArns: {
        identity: secrets.controlPlaneIdentity.arn,
        authority: secrets.authority.arn,
        adminKey: secrets.adminKey.arn,
        keyring: secrets.keyring!.arn,
      },
      database: { address: database.address, passwordSecretArn: password.arn, connections: database.connections },
    })
    new DataPlaneService(scope, 'gateways', {
      ...common,
      name: 'gateways',
      certificateArn: arn('acm', 'certificate/1'),
      accessLogs,
      controlPlane: { urls: [controlPlanes.url], credentials: secrets.dataPlaneIdentity.arn },
    })
    new ReplicationAlarms(scope, 'alarms', {
      name: 'a',
      databaseIdentifier: 'theirs',
      keyArn: key.arn,
      topicArn: topic.arn,
    })
  })
  for (const type of ['vpc', 'subnet', 'kms_key', 'secretsmanager_secret', 'db_instance', 'sns_topic', 's3_bucket']) {
    assert.deepEqual(resources(stack, `aws_${type}`), {}, type)
  }
  const logged = Object.values(resources(stack, 'aws_lb')).flatMap(({ access_logs: logs }) => (logs ? [logs] : []))
  assert.deepEqual(logged, [{ bucket: 'their-logs', enabled: true, prefix: 'gateways' }])
  const [alarm] = Object.values(resources(stack, 'aws_cloudwatch_metric_alarm'))
  assert.deepEqual(alarm?.alarm_actions, [arn('sns', 'pager')])
})

test('gateways follow control planes that somebody else runs, once both ends are open', () => {
  const stack = synthesised((scope) => {
    const { key, network, secrets } = company(scope)
    const theirs = ControlPlaneService.fromExisting(scope, 'theirs', {
      address: 'control-plane.example',
      securityGroupId: 'sg-theirs',
      adminKeyArn: secrets.adminKey.arn,
      keyArn: key.arn,
    })
    const gateways = new DataPlaneService(scope, 'gateways', {
      name: 'gateways',
      region: 'eu-west-1',
      regionIndex: 1,
      network,
      image: 'registry.example/antipode:1',
      keyArn: key.arn,
      instances: 2,
      certificateArn: arn('acm', 'certificate/1'),
      controlPlane: { urls: [theirs.url], credentials: secrets.dataPlaneIdentity.arn },
    })
    theirs.connectFrom(gateways.fargate)
    theirs.grantAdmin(gateways)
  })
  const into = Object.values(resources(stack, 'aws_vpc_security_group_ingress_rule')).filter(
    ({ security_group_id: group }) => group === 'sg-theirs',
  )
  assert.deepEqual(
    into.map(({ from_port }) => from_port),
    [7943],
  )
  const [task] = Object.values(resources(stack, 'aws_ecs_task_definition'))
  assert.match(`${task?.container_definitions}`, /https:\/\/control-plane\.example:7943/)
  const admin = Object.values(resources(stack, 'aws_iam_role_policy')).find(({ policy }) =>
    /ReadAdminKey/.test(`${policy}`),
  )
  assert.match(`${admin?.role}`, /aws_iam_role\.gateways_fargate_roles_task/)
})

test('a balancer that somebody else made takes our listeners', () => {
  const stack = synthesised((scope) => {
    const theirs = NetworkLoadBalancer.fromExisting(scope, 'theirs', {
      arn: arn('elasticloadbalancing', 'loadbalancer/net/theirs/1'),
      dnsName: 'theirs.elb.example',
      zoneId: 'Z1',
      vpcId: 'vpc-1',
      securityGroupId: 'sg-theirs',
    })
    const healthCheck = { protocol: 'HTTP', port: '7085', path: '/status/ready', matcher: '200' }
    theirs.addListener('gateway', { port: 443, targetPort: 9080, prefix: 'gate', healthCheck })
  })
  const [listener] = Object.values(resources(stack, 'aws_lb_listener'))
  assert.equal(listener?.load_balancer_arn, arn('elasticloadbalancing', 'loadbalancer/net/theirs/1'))
  assert.deepEqual(resources(stack, 'aws_lb'), {})
})

test('a transit gateway that is there already gets routes that wait for nothing', () => {
  const stack = synthesised((scope) => {
    const { network } = company(scope)
    const far = RegionNetwork.fromExisting(scope, 'far', {
      vpcId: 'vpc-2',
      cidr: '10.2.0.0/16',
      privateSubnetIds: ['subnet-5'],
      privateRouteTableIds: ['rtb-2'],
    })
    const hub = (region: string, gatewayId: string) =>
      TransitGatewayHub.fromExisting(scope, gatewayId, { region, gatewayId, routeTableId: `${gatewayId}-routes` })
    new TransitGatewayLink(scope, 'link', {
      name: 'link',
      from: { region: 'eu-west-1', network },
      to: { region: 'eu-central-1', network: far },
      hubs: { from: hub('eu-west-1', 'tgw-1'), to: hub('eu-central-1', 'tgw-2') },
    })
  })
  const routes = Object.values(resources(stack, 'aws_route'))
  assert.deepEqual(
    routes.map(({ transit_gateway_id, depends_on }) => [transit_gateway_id, depends_on]),
    [
      ['tgw-1', undefined],
      ['tgw-2', undefined],
    ],
  )
  const tables = Object.values(resources(stack, 'aws_ec2_transit_gateway_route'))
  assert.deepEqual(
    tables.map(({ transit_gateway_route_table_id: table }) => table),
    ['tgw-1-routes', 'tgw-2-routes'],
  )
})

test('over a link that is there already, each end opens to the other’s network and port', () => {
  const stack = synthesised((scope) => {
    const link = PeeringLink.fromExisting(scope, 'link', {
      kind: 'peering',
      ranges: { 'eu-west-1': '10.1.0.0/16', 'eu-central-1': '10.2.0.0/16' },
    })
    const { database } = company(scope)
    const other = PostgresPrimary.fromExisting(scope, 'other', {
      address: 'other.example',
      arn: 'arn:x',
      securityGroupId: 'sg-other',
    })
    link.connect({ region: 'eu-central-1', ...other }, { region: 'eu-west-1', connections: database.connections })
    assert.throws(
      () => link.connect({ region: 'us-east-1', ...other }, { region: 'eu-west-1', ...database }),
      /edge\/link\.caller\.region: us-east-1 is no end of this link; use eu-west-1 or eu-central-1/,
    )
  })
  const rules = [
    ...Object.values(resources(stack, 'aws_vpc_security_group_ingress_rule')),
    ...Object.values(resources(stack, 'aws_vpc_security_group_egress_rule')),
  ].map(({ security_group_id: group, cidr_ipv4: cidr, from_port: port }) => [group, cidr, port])
  assert.deepEqual(rules, [
    ['sg-database', '10.2.0.0/16', 5432],
    ['sg-other', '10.1.0.0/16', 5432],
  ])
})

test('what is given to read, restore or move of others’ names that and nothing else', () => {
  const stack = synthesised((scope) => {
    const role = { roleName: 'operator' }
    FlowLogs.fromExisting(scope, 'logs', { logGroupArn: arn('logs', 'log-group:theirs') }).grantRead(role)
    BackupCopy.fromExisting(scope, 'vault', {
      vaultArn: arn('backup', 'backup-vault:theirs'),
      restoreRoleArn: 'arn:aws:iam::123456789012:role/restore',
    }).grantRestore(role)
    PostgresGlobal.fromExisting(scope, 'global', { identifier: 'theirs' }).grantFailover(role, arn('rds', 'cluster:a'))
    company(scope).database.grantConnect(role, 'reader')
  })
  const policies = Object.values(resources(stack, 'aws_iam_role_policy'))
  assert.equal(policies.length, 4)
  for (const { role, policy } of policies) {
    assert.equal(role, 'operator')
    assert.doesNotMatch(`${policy}`, /"Resource":\["\*"\]/)
  }
  assert.match(`${policies[3]?.policy}`, /:rds-db:.*:dbuser:db-THEIRS\/reader/)
})

test('a database that takes no logins through IAM grants none', () => {
  synthesised((scope) => {
    const database = PostgresPrimary.fromExisting(scope, 'quiet', { address: 'a', arn: 'arn:x', securityGroupId: 'sg' })
    assert.throws(
      () => database.grantConnect({ roleName: 'operator' }, 'reader'),
      /edge\/quiet\.iamLogin: is off, so no role can log in; use true/,
    )
  })
})
