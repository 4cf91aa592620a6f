import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack, Testing } from 'cdktf'
import { DataPlaneService, RegionNetwork } from '../../constructs/index.ts'

/** Gateways alone, in a network and with control planes that somebody else runs. */
function edge(): { stack: TerraformStack; gateways: DataPlaneService } {
  const stack = new TerraformStack(Testing.app(), 'edge')
  new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
  const network = RegionNetwork.fromExisting(stack, 'network', {
    vpcId: 'vpc-1',
    cidr: '10.1.0.0/16',
    privateSubnetIds: ['subnet-1', 'subnet-2'],
  })
  const gateways = new DataPlaneService(stack, 'gateways', {
    name: 'edge',
    region: 'eu-west-1',
    regionIndex: 3,
    network,
    image: 'registry.example/antipode:0.1.0',
    keyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
    instances: 4,
    internetFacing: false,
    certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1',
    controlPlane: {
      urls: ['https://control-plane.example:7943'],
      credentials: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:edge-1',
    },
  })
  return { stack, gateways }
}

function blocks(stack: TerraformStack, type: string): Record<string, unknown>[] {
  return Object.values(JSON.parse(Testing.synth(stack)).resource[type] ?? {})
}

test('gateways alone fit into a stack and a network that somebody else made', () => {
  const { stack } = edge()
  const [service] = blocks(stack, 'aws_ecs_service')
  assert.equal(service?.desired_count, 4)
  assert.equal(service?.lifecycle, undefined, 'without growth the count is Terraform’s')
  assert.deepEqual(blocks(stack, 'aws_appautoscaling_target'), [])
  const [balancer] = blocks(stack, 'aws_lb')
  assert.equal(balancer?.internal, true)
  assert.deepEqual(balancer?.subnets, ['subnet-1', 'subnet-2'])
})

test('gateways within a network take calls from that network alone, until somebody says more', () => {
  const { stack, gateways } = edge()
  gateways.connections.allowFrom({ as: 'office', cidr: '192.0.2.0/24' })
  const open = blocks(stack, 'aws_vpc_security_group_ingress_rule').filter(({ cidr_ipv4 }) => cidr_ipv4)
  assert.deepEqual(
    open.map(({ cidr_ipv4, from_port, to_port }) => [cidr_ipv4, from_port, to_port]),
    [
      ['10.1.0.0/16', 443, 443],
      ['192.0.2.0/24', 443, 443],
    ],
  )
})

test('every inner resource can be overridden', () => {
  const { stack, gateways } = edge()
  gateways.service.addOverride('enable_execute_command', true)
  assert.equal(blocks(stack, 'aws_ecs_service')[0]?.enable_execute_command, true)
})

test('the configuration of a task is one that the runtime reads, with secrets left to the environment', () => {
  const { stack } = edge()
  const [task] = blocks(stack, 'aws_ecs_task_definition')
  const [container] = JSON.parse(`${task?.container_definitions}`)
  const config = JSON.parse(container.environment[0].value)
  assert.equal(config.deployment.role, 'data_plane')
  assert.deepEqual(config.deployment.role_data_plane.control_plane.host, ['https://control-plane.example:7943'])
  assert.equal(container.readonlyRootFilesystem, true)
  assert.deepEqual(container.command, ['data-plane'])
})
