import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology, seconds, type Topology } from '../../topology/index.ts'
import { type Block, resources, type SynthesisedStack, synthesise } from './synthesise.ts'

const examples = [activePassive, activeActive].map((topology) => ({ topology, stacks: synthesise(topology) }))

/** Calls `see` for every stack of both examples. */
function everyStack(see: (id: string, stack: SynthesisedStack, topology: Topology) => void): void {
  for (const { topology, stacks } of examples) for (const [id, stack] of stacks) see(id, stack, topology)
}

function everyResource(type: string, see: (block: Block, where: string) => void): void {
  let seen = 0
  everyStack((id, stack) => {
    for (const [name, block] of Object.entries(resources(stack, type))) {
      seen += 1
      see(block, `${id} ${type}.${name}`)
    }
  })
  assert.ok(seen > 0, `no ${type} in the examples`)
}

function regionOf(id: string, topology: Topology): string | undefined {
  return Object.keys(topology.regions).find((region) => id.startsWith(`${topology.name}-${region}-`))
}

/** The same topology after a switchover: every primary a standby and the other way round. */
function switched(topology: Topology): Topology {
  const roles = { primary: 'standby', standby: 'primary', active: 'active', edge: 'edge' } as const
  const regions = Object.entries(topology.regions).map(([name, region]) => [
    name,
    { ...region, role: roles[region.role] },
  ])
  return defineTopology({ ...topology, regions: Object.fromEntries(regions) })
}

test('no stack of a region reads the state of another region', () => {
  everyStack((id, stack, topology) => {
    const own = regionOf(id, topology)
    if (!own) return
    const text = JSON.stringify(stack.data.terraform_remote_state ?? {})
    for (const region of Object.keys(topology.regions)) {
      if (region !== own) assert.ok(!text.includes(region), `${id} reads the state of ${region}`)
    }
  })
})

test('only links and GSLB read the state of more than one region', () => {
  everyStack((id, stack, topology) => {
    const text = JSON.stringify(stack.data.terraform_remote_state ?? {})
    const read = Object.keys(topology.regions).filter((region) => text.includes(`${topology.name}-${region}-`))
    if (read.length > 1) assert.match(id, /-(links|gslb)$/)
  })
})

test('anybody may reach the port of the gateways, and nothing else', () => {
  const open: string[] = []
  everyResource('aws_vpc_security_group_ingress_rule', (rule, where) => {
    if (rule.cidr_ipv4 === '0.0.0.0/0' || rule.cidr_ipv6 === '::/0') open.push(`${where} ${rule.from_port}`)
  })
  assert.equal(open.length, 4)
  for (const rule of open) assert.match(rule, /-data-plane aws_vpc.*443$/)
  everyResource('aws_security_group', (group, where) => {
    assert.equal(group.ingress ?? group.egress, undefined, `${where} has rules of its own`)
  })
  everyResource('aws_default_security_group', (group) => assert.equal(group.ingress ?? group.egress, undefined))
})

test('the port for health checks opens to the checkers of Route 53 alone', () => {
  const sources: unknown[] = []
  everyResource('aws_vpc_security_group_ingress_rule', (rule) => {
    if (rule.from_port === 7085) sources.push(rule.prefix_list_id ?? (rule.referenced_security_group_id && 'group'))
  })
  assert.equal(sources.length, 8)
  for (const source of sources) assert.match(`${source}`, /^group$|data\.aws_ec2_managed_prefix_list/)
  everyStack((id, stack) => {
    if (!id.endsWith('-data-plane')) return
    const [list] = Object.values(stack.data.aws_ec2_managed_prefix_list ?? {})
    assert.match(`${list?.name}`, /^com\.amazonaws\..*\.route53-healthchecks$/)
  })
})

test('everything at rest is encrypted with the key of its region', () => {
  everyResource('aws_db_instance', (block, where) => {
    assert.equal(block.storage_encrypted, true, where)
    assert.match(`${block.kms_key_id}`, /kms_key.*arn/, where)
    assert.match(`${block.performance_insights_kms_key_id}`, /kms_key.*arn/, where)
  })
  for (const type of ['aws_secretsmanager_secret', 'aws_cloudwatch_log_group']) {
    everyResource(type, (block, where) => assert.match(`${block.kms_key_id}`, /kms_key.*arn/, where))
  }
  everyResource('aws_ecr_repository', (block, where) => {
    assert.match(JSON.stringify(block.encryption_configuration), /"KMS".*kms_key/, where)
  })
  everyResource('aws_kms_key', (block) => assert.equal(block.enable_key_rotation, true))
})

test('callers speak TLS, and control planes keep theirs from end to end', () => {
  everyResource('aws_lb_listener', (listener, where) => {
    if (listener.port === 443) assert.equal(listener.protocol, 'TLS', where)
    else assert.equal(listener.certificate_arn, undefined, where)
  })
})

test('a change of writer changes records and nothing of any database', () => {
  const before = synthesise(activePassive)
  const after = synthesise(switched(activePassive))
  assert.deepEqual([...after.keys()], [...before.keys()])
  for (const [id, stack] of before) {
    if (id !== 'payments-gslb') assert.deepEqual(after.get(id), stack, id)
  }
  assert.notDeepEqual(after.get('payments-gslb'), before.get('payments-gslb'))
})

test('a promotion outside Terraform plans nothing: a replica ignores where it came from, and takes no credentials', () => {
  const stacks = synthesise(activePassive)
  const [replica] = Object.values(resources(stacks.get('payments-us-west-2-data'), 'aws_db_instance'))
  assert.deepEqual(replica?.lifecycle, { ignore_changes: ['replicate_source_db'] })
  assert.match(`${replica?.replicate_source_db}`, /^arn:.*:rds:us-east-1:.*:db:payments-us-east-1-g1$/)
  for (const key of ['username', 'password', 'password_wo', 'db_name', 'engine']) {
    assert.equal(replica?.[key], undefined, key)
  }
})

test('a database that is rebuilt is a new one, and the old one is forgotten, not destroyed', () => {
  const { 'us-east-1': east, 'us-west-2': west } = activePassive.regions
  assert.ok(east && west)
  const database = { generation: 2, from: { region: 'us-west-2' } }
  const regions = { 'us-east-1': { ...east, database }, 'us-west-2': west }
  const stacks = synthesise(defineTopology({ ...activePassive, regions }))
  const data = stacks.get('payments-us-east-1-data')
  assert.deepEqual(Object.keys(resources(data, 'aws_db_instance')), ['database_g2'])
  assert.equal(resources(data, 'aws_db_instance').database_g2?.identifier, 'payments-us-east-1-g2')
  const forgotten = [
    'aws_cloudwatch_log_group.database_settings_logs_postgresql_g1',
    'aws_cloudwatch_log_group.database_settings_logs_upgrade_g1',
    'aws_db_instance.database_g1',
  ]
  assert.deepEqual(
    data?.removed,
    forgotten.map((from) => ({ from, lifecycle: { destroy: false } })),
  )
  assert.deepEqual(stacks.get('payments-us-west-2-data'), synthesise(activePassive).get('payments-us-west-2-data'))
})

test('no password reaches a state: it is write-only, and made where nothing is kept', () => {
  everyResource('aws_db_instance', (block) => assert.equal(block.password, undefined))
  everyResource('aws_secretsmanager_secret_version', (block, where) => {
    assert.equal(block.secret_string, undefined, where)
    assert.match(`${block.secret_string_wo}`, /^\$\{ephemeral\./, where)
  })
  everyResource('aws_db_instance', (block, where) => {
    if (block.username) assert.match(`${block.password_wo}`, /^\$\{ephemeral\./, where)
  })
  everyStack((id, stack) => {
    for (const type of ['random_password', 'aws_secretsmanager_random_password', 'aws_secretsmanager_secret_version']) {
      assert.equal(stack.data[type] ?? (type === 'random_password' ? stack.resource[type] : undefined), undefined, id)
    }
  })
})

test('databases and balancers are protected, and leave a snapshot and their logs behind', () => {
  everyResource('aws_db_instance', (block, where) => {
    assert.equal(block.deletion_protection, true, where)
    assert.equal(block.skip_final_snapshot, false, where)
    assert.equal(block.publicly_accessible, false, where)
    assert.ok(Number(block.backup_retention_period) >= 7, where)
  })
  everyResource('aws_lb', (block) => assert.equal(block.enable_deletion_protection, true))
})

test('a balancer has its security group from the start, and reaches every zone', () => {
  everyResource('aws_lb', (block, where) => {
    assert.equal((block.security_groups as string[]).length, 1, where)
    assert.equal(block.enable_cross_zone_load_balancing, true, where)
    assert.ok(`${block.name}`.length <= 32, where)
  })
  everyResource('aws_lb_target_group', (block, where) => {
    assert.ok(`${block.name_prefix}`.length <= 6, where)
    assert.deepEqual(block.lifecycle, { create_before_destroy: true }, where)
    assert.equal(block.name, undefined, where)
    assert.equal(block.deregistration_delay, '30', where)
  })
})

test('health checks can be replaced while in use', () => {
  everyResource('aws_route53_health_check', (block, where) => {
    assert.deepEqual(block.lifecycle, { create_before_destroy: true }, where)
    assert.equal(block.reference_name, undefined, where)
  })
})

test('records and health checks say what the topology says', () => {
  const slower = defineTopology({
    ...activePassive,
    gslb: { ...activePassive.gslb, ttl: seconds(20), health: { interval: seconds(30), threshold: 3 } },
    objectives: { rto: seconds(160) },
  })
  const gslb = synthesise(slower).get('payments-gslb')
  const records = Object.values(resources(gslb, 'aws_route53_record'))
  assert.deepEqual(
    records.map(({ name, type, ttl, set_identifier, failover_routing_policy }) => {
      return { name, type, ttl, set_identifier, failover_routing_policy }
    }),
    [
      ['us-east-1', 'PRIMARY'],
      ['us-west-2', 'SECONDARY'],
    ].map(([region, type]) => ({
      name: 'api.payments.example',
      type: 'CNAME',
      ttl: 20,
      set_identifier: region,
      failover_routing_policy: { type },
    })),
  )
  const checks = resources(gslb, 'aws_route53_health_check')
  for (const record of records) {
    const [, name] = /^\$\{aws_route53_health_check\.(.+)\.id\}$/.exec(`${record.health_check_id}`) ?? []
    const check = checks[name ?? '']
    assert.ok(check)
    assert.equal((check.tags as Block).Region, record.set_identifier)
    assert.deepEqual(
      [check.type, check.port, check.resource_path, check.request_interval, check.failure_threshold],
      ['HTTP', 7085, '/status/ready', 30, 3],
    )
    assert.deepEqual(record.records, [check.fqdn])
  }
})

test('active regions are answered by latency', () => {
  const gslb = examples[1]?.stacks.get('storefront-gslb')
  const policies = Object.values(resources(gslb, 'aws_route53_record')).map((record) => record.latency_routing_policy)
  assert.deepEqual(policies, [{ region: 'us-east-1' }, { region: 'eu-west-1' }])
})

test('peering has routes on both sides', () => {
  const routes = Object.values(resources(examples[0]?.stacks.get('payments-links'), 'aws_route'))
  const ways = routes.map(({ region, destination_cidr_block: to }) => `${region} to ${to}`)
  assert.deepEqual([...new Set(ways)].sort(), ['us-east-1 to 10.20.0.0/16', 'us-west-2 to 10.10.0.0/16'])
  assert.equal(routes.length, 6)
})

test('what a standby runs is its real warm capacity, and Terraform leaves growth alone', () => {
  const stack = examples[0]?.stacks.get('payments-us-west-2-data-plane')
  const [target] = Object.values(resources(stack, 'aws_appautoscaling_target'))
  assert.deepEqual([target?.min_capacity, target?.max_capacity], [2, 6])
  const [service] = Object.values(resources(stack, 'aws_ecs_service'))
  assert.deepEqual(service?.lifecycle, { ignore_changes: ['desired_count'] })
})

test('a task may read its own secrets, pull its own image and write its own logs', () => {
  everyResource('aws_iam_role_policy', (block, where) => {
    const { Statement } = JSON.parse(`${block.policy}`) as { Statement: { Action: string[]; Resource: string[] }[] }
    for (const { Action, Resource } of Statement) {
      assert.ok(!Action.some((action) => action.endsWith('*')), where)
      if (!Action.includes('ecr:GetAuthorizationToken')) assert.ok(!Resource.includes('*'), `${where} ${Action}`)
    }
  })
})

test('the output names no path of this machine and pins no provider by its short name', () => {
  everyStack((id, stack) => {
    const text = JSON.stringify(stack)
    assert.ok(!text.includes(process.cwd()), id)
    const { required_providers, backend } = stack.terraform as Record<string, Record<string, Block>>
    assert.deepEqual(required_providers?.aws, { source: 'hashicorp/aws', version: '~> 6.25' })
    assert.equal(backend?.local?.path, `../../../terraform.${id}.tfstate`)
  })
})
