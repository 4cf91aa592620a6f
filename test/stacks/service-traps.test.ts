import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import { PostgresPrimary, RegionNetwork } from '../../constructs/index.ts'
import { goldenTopologies } from './golden-topologies.ts'
import { type Block, resources, type SynthesisedStack, synthesise, synthesiseStack } from './synthesise.ts'

// What AWS makes of networks, balancers, services, images, keys and certificates that nobody expects, held over every
// golden topology.

const everywhere = [...goldenTopologies()].flatMap(([name, topology]) => {
  return [...synthesise(topology)].map(([id, stack]) => ({ where: `${name} ${id}`, topology, stack }))
})

function every(type: string, see: (block: Block, where: string, stack: SynthesisedStack) => void): void {
  let count = 0
  for (const { where, stack } of everywhere) {
    for (const [name, block] of Object.entries(resources(stack, type))) {
      count += 1
      see(block, `${where} ${type}.${name}`, stack)
    }
  }
  assert.ok(count > 0, `no ${type} anywhere`)
}

function own(make: (stack: TerraformStack) => unknown): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'own')
    new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
    make(stack)
    return stack
  })
}

function containersOf(task: Block): Block[] {
  return JSON.parse(`${task.container_definitions}`)
}

test('without NAT, tasks start by way of endpoints: ECR twice, logs, Secrets Manager, and S3 for the layers', () => {
  const stack = own((scope) => {
    const zones = ['eu-west-1a', 'eu-west-1b']
    new RegionNetwork(scope, 'network', { name: 'n', cidr: '10.1.0.0/16', zones, egress: 'endpoints' })
  })
  const endpoints = Object.values(resources(stack, 'aws_vpc_endpoint'))
  const services = endpoints.map(({ service_name, vpc_endpoint_type: type }) => {
    return `${type} ${`${service_name}`.split('}.')[1]}`
  })
  assert.deepEqual(services.sort(), [
    'Gateway s3',
    'Interface ecr.api',
    'Interface ecr.dkr',
    'Interface logs',
    'Interface secretsmanager',
  ])
  for (const { vpc_endpoint_type, private_dns_enabled } of endpoints) {
    assert.equal(private_dns_enabled, vpc_endpoint_type === 'Interface' ? true : undefined)
  }
  assert.deepEqual(resources(stack, 'aws_nat_gateway'), {})
  for (const { policy } of endpoints) assert.doesNotMatch(`${policy}`, /"Action":\["\*"\]/)
})

test('a balancer crosses zones, which a network balancer does not unless told', () => {
  every('aws_lb', (block, where) => assert.equal(block.enable_cross_zone_load_balancing, true, where))
})

test('targets by address see the caller’s own address, which a network balancer hides unless told', () => {
  every('aws_lb_target_group', (block, where) => {
    assert.equal(block.target_type, 'ip', where)
    assert.equal(block.preserve_client_ip, 'true', where)
  })
})

test('a deployment waits for the deregistration delay and the stop timeout, which together stay within two minutes', () => {
  let longest = 0
  every('aws_lb_target_group', ({ deregistration_delay, connection_termination }, where) => {
    longest = Math.max(longest, Number(deregistration_delay))
    // A stream that outlives the delay would be cut without a word otherwise, or hold the task.
    assert.equal(connection_termination, true, where)
  })
  every('aws_ecs_task_definition', (task, where) => {
    for (const { stopTimeout } of containersOf(task)) {
      assert.ok(Number(stopTimeout) <= 120, `${where}: Fargate allows no more`)
      assert.ok(longest + Number(stopTimeout) <= 120, `${where}: ${longest} s and ${stopTimeout} s`)
    }
  })
})

test('a health check over TCP takes no path and no matcher, and one over HTTP asks another port than mutual TLS', () => {
  every('aws_lb_target_group', ({ health_check: check, port }, where) => {
    const { protocol, path, matcher, port: asked } = check as Block
    if (protocol === 'TCP') assert.equal(path ?? matcher, undefined, where)
    else {
      assert.equal(protocol, 'HTTP', where)
      assert.ok(path && matcher, where)
      if (port === 7943) assert.notEqual(asked ?? 'traffic-port', 'traffic-port', where)
    }
  })
})

test('a health check’s timeout is shorter than its interval', () => {
  every('aws_lb_target_group', ({ health_check: check }, where) => {
    const { interval = 30, timeout = 6 } = check as Record<string, number | undefined>
    assert.ok(timeout < interval, where)
  })
})

test('a service that scales leaves its count alone, and one that does not keeps it', () => {
  every('aws_ecs_service', ({ lifecycle }, where, stack) => {
    const scales = Object.keys(resources(stack, 'aws_appautoscaling_target')).length > 0
    assert.deepEqual(lifecycle, scales ? { ignore_changes: ['desired_count'] } : undefined, where)
  })
})

test('a deployment that does not come up is broken off and rolled back', () => {
  every('aws_ecs_service', (block, where) => {
    assert.deepEqual(block.deployment_circuit_breaker, { enable: true, rollback: true }, where)
    assert.equal(block.deployment_minimum_healthy_percent, 100, where)
  })
})

test('a service is made with launch type and cluster for good, and no capacity provider that would need a deployment', () => {
  every('aws_ecs_service', ({ launch_type, capacity_provider_strategy }, where) => {
    assert.equal(launch_type, 'FARGATE', where)
    assert.equal(capacity_provider_strategy, undefined, where)
  })
})

test('each region has its own repository with its own settings, since replication copies neither settings nor older images', () => {
  for (const { where, stack } of everywhere) {
    assert.deepEqual(resources(stack, 'aws_ecr_replication_configuration'), {}, where)
    const repositories = Object.keys(resources(stack, 'aws_ecr_repository')).length
    assert.equal(repositories, where.endsWith('-foundation') ? 1 : 0, where)
    assert.equal(Object.keys(resources(stack, 'aws_ecr_lifecycle_policy')).length, repositories, where)
  }
})

test('each region has a key of its own, with its own policy, and none is a replica whose policy nobody wrote', () => {
  for (const { where, stack } of everywhere) assert.deepEqual(resources(stack, 'aws_kms_replica_key'), {}, where)
  every('aws_kms_key', ({ policy, multi_region }, where) => {
    assert.ok(policy, where)
    assert.equal(multi_region, undefined, where)
  })
})

test('each region has a certificate of its own, one record proves those of a host, and a new one is there before the old one goes', () => {
  for (const { where, topology, stack } of everywhere) {
    const certificates = Object.values(resources(stack, 'aws_acm_certificate'))
    if (certificates.length === 0) continue
    const regions = certificates.map(({ region }) => region)
    const hosts = new Set(certificates.map(({ domain_name: host }) => host))
    assert.equal(new Set(certificates.map((it) => `${it.domain_name} ${it.region}`)).size, certificates.length, where)
    assert.ok(
      Object.keys(topology.regions).every((region) => regions.includes(region)),
      where,
    )
    for (const { lifecycle } of certificates) assert.deepEqual(lifecycle, { create_before_destroy: true }, where)
    const proofs = Object.values(resources(stack, 'aws_route53_record')).filter(({ type }) => type === 'CNAME')
    assert.ok(proofs.length <= hosts.size, where)
  }
})

test('what is replaced while in use has a prefix for a name, and its successor is made first', () => {
  for (const type of ['aws_lb_target_group', 'aws_security_group', 'aws_db_parameter_group']) {
    every(type, ({ name, name_prefix, lifecycle }, where) => {
      assert.equal(name, undefined, where)
      assert.ok(name_prefix, where)
      assert.deepEqual(lifecycle, { create_before_destroy: true }, where)
    })
  }
})

test('rules of security groups are resources of their own, so that none is lost when another stack adds one', () => {
  every('aws_security_group', ({ ingress, egress }, where) => assert.equal(ingress ?? egress, undefined, where))
})

test('the checkers of Route 53 are outside, so only what faces the internet is checked by them', () => {
  every('aws_route53_health_check', ({ type, fqdn }, where) => {
    if (!fqdn) return
    assert.match(`${type}`, /^(HTTP|HTTPS|TCP)/, where)
    assert.doesNotMatch(`${fqdn}`, /\.internal|control-plane/, where)
  })
})

test('a check over HTTPS would prove no certificate, so readiness is asked over HTTP and says nothing secret', () => {
  every('aws_route53_health_check', ({ type, resource_path: path }, where) => {
    if (path === '/status/ready') assert.equal(type, 'HTTP', where)
  })
})

test('a database spreads over two zones or more, and one zone is refused before AWS refuses it', () => {
  const make = () =>
    own((scope) => {
      const props = { vpcId: 'vpc-1', cidr: '10.1.0.0/16', privateSubnetIds: ['subnet-1'] }
      const network = RegionNetwork.fromExisting(scope, 'network', props)
      new PostgresPrimary(scope, 'db', { name: 'd', version: 17, network, keyArn: 'arn:key', passwordSecret: 'p' })
    })
  assert.throws(make, /own\/db\.network\.privateSubnetIds: names 1; use private subnets in 2 zones or more/)
})
