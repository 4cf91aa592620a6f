import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  DataPlaneService,
  type DataPlaneServiceProps,
  NetworkLoadBalancer,
  RegionNetwork,
} from '../../constructs/index.ts'
import { type Block, resources, type SynthesisedStack, synthesiseStack } from '../stacks/synthesise.ts'

function synthesised(make: (stack: TerraformStack) => unknown): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'edge')
    new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
    make(stack)
    return stack
  })
}

function gateways(change: NonNullable<DataPlaneServiceProps['transform']>): SynthesisedStack {
  return synthesised((stack) => {
    const props = { vpcId: 'vpc-1', cidr: '10.1.0.0/16', privateSubnetIds: ['subnet-1', 'subnet-2'] }
    new DataPlaneService(stack, 'gateways', {
      name: 'edge',
      region: 'eu-west-1',
      regionIndex: 3,
      network: RegionNetwork.fromExisting(stack, 'network', props),
      image: 'registry.example/antipode:0.1.0',
      keyArn: 'arn:key',
      instances: 4,
      internetFacing: false,
      certificateArn: 'arn:certificate',
      controlPlane: { urls: ['https://control-plane.example:7943'], credentials: 'arn:secret' },
      transform: change,
    })
  })
}

function only(stack: SynthesisedStack, type: string): Block {
  return Object.values(resources(stack, type))[0] ?? assert.fail(type)
}

test('a resource deep within can be changed from outside, and what it says wins', () => {
  const stack = gateways({
    fargate: {
      service: (service) => {
        service.enableExecuteCommand = true
      },
      roles: { task: (role) => role.addOverride('permissions_boundary', 'arn:boundary') },
    },
    balancer: { balancer: (balancer) => balancer.addOverride('access_logs', { bucket: 'logs', enabled: true }) },
  })
  assert.equal(only(stack, 'aws_ecs_service').enable_execute_command, true)
  const boundaries = Object.values(resources(stack, 'aws_iam_role')).map((role) => role.permissions_boundary)
  assert.deepEqual(boundaries.filter(Boolean), ['arn:boundary'])
  assert.deepEqual(only(stack, 'aws_lb').access_logs, { bucket: 'logs', enabled: true })
})

test('resources in a list are changed one by one, also those that are added later', () => {
  const stack = synthesised((scope) => {
    const props = { vpcId: 'vpc-1', cidr: '10.1.0.0/16', privateSubnetIds: ['subnet-1'] }
    const balancer = new NetworkLoadBalancer(scope, 'balancer', {
      name: 'b',
      network: RegionNetwork.fromExisting(scope, 'network', props),
      internetFacing: false,
      ports: [1],
      transform: { targetGroups: (group, key) => group.addOverride('tags', { Number: key }) },
    })
    for (const port of [1, 2])
      balancer.addListener(`p${port}`, { port, targetPort: port, prefix: 'p', healthCheck: {} })
  })
  const tags = Object.values(resources(stack, 'aws_lb_target_group')).map((group) => group.tags)
  assert.deepEqual(tags, [{ Number: '0' }, { Number: '1' }])
})

test('every subnet, route and address of a network can be changed', () => {
  const note = (resource: { addOverride(path: string, value: unknown): void }) =>
    resource.addOverride('tags.Seen', 'yes')
  const stack = synthesised((scope) => {
    new RegionNetwork(scope, 'network', {
      name: 'n',
      cidr: '10.1.0.0/16',
      zones: ['eu-west-1a', 'eu-west-1b'],
      flowLogs: { keyArn: 'arn:key' },
      transform: {
        vpc: note,
        publicSubnets: note,
        privateSubnets: note,
        natAddresses: note,
        natGateways: note,
        flowLogs: { flowLog: note },
        defaultRoutes: (route) => route.addOverride('timeouts.create', '9m'),
      },
    })
  })
  for (const type of ['aws_vpc', 'aws_subnet', 'aws_eip', 'aws_nat_gateway', 'aws_flow_log']) {
    for (const { tags } of Object.values(resources(stack, type))) assert.equal((tags as Block).Seen, 'yes', type)
  }
  for (const { timeouts } of Object.values(resources(stack, 'aws_route'))) assert.deepEqual(timeouts, { create: '9m' })
})

test('a change to what is not there as configured is refused with its path', () => {
  assert.throws(() => gateways({ fargate: { scalingPolicy: () => assert.fail() } }), {
    message:
      'edge/gateways/fargate.transform.scalingPolicy: is not there as this construct is configured; ' +
      'remove it, or configure what it should change',
  })
})
