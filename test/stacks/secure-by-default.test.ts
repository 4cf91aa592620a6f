import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Topology } from '../../topology/index.ts'
import { goldenTopologies } from './golden-topologies.ts'
import { type Block, resources, type SynthesisedStack, synthesise } from './synthesise.ts'

// Held over every stack of both examples and of every golden topology, so that no option comes with a weaker default.

interface Seen {
  readonly where: string
  readonly topology: Topology
  readonly stack: SynthesisedStack
}

interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Principal?: Readonly<Record<string, string>>
  readonly Action: string[]
  readonly Resource?: string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const everywhere: readonly Seen[] = [...goldenTopologies()].flatMap(([name, topology]) =>
  [...synthesise(topology)].map(([id, stack]) => ({ where: `${name} ${id}`, topology, stack })),
)

/** Every resource of a type, at least one. */
function every(type: string, see: (block: Block, where: string, seen: Seen) => void): void {
  let count = 0
  for (const seen of everywhere) {
    for (const [name, block] of Object.entries(resources(seen.stack, type))) {
      count += 1
      see(block, `${seen.where} ${type}.${name}`, seen)
    }
  }
  assert.ok(count > 0, `no ${type} anywhere`)
}

function types(): Set<string> {
  return new Set(everywhere.flatMap(({ stack }) => Object.keys(stack.resource)))
}

function statements(text: unknown): Statement[] {
  return (JSON.parse(`${text}`) as { Statement: Statement[] }).Statement
}

/** A reference to a region's key, in its own stack or by way of its region's foundation, or the ARN that was given. */
const KEY =
  /^\$\{(aws_kms_key\.\w|data\.terraform_remote_state\.[\w-]*-foundation\.outputs\.[\w-]*aws_kms_key)|^arn:aws:kms:/

/** Where each type of resource names the key that encrypts it. */
const ENCRYPTED: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['kms_key_id', 'performance_insights_kms_key_id'],
  aws_rds_cluster: ['kms_key_id'],
  aws_rds_cluster_instance: ['performance_insights_kms_key_id'],
  aws_cloudwatch_log_group: ['kms_key_id'],
  aws_secretsmanager_secret: ['kms_key_id'],
  aws_sns_topic: ['kms_master_key_id'],
  aws_backup_vault: ['kms_key_arn'],
}

for (const [type, keys] of Object.entries(ENCRYPTED)) {
  test(`${type}: encrypted with the key of its own region`, () => {
    every(type, (block, where) => {
      for (const key of keys) assert.match(`${block[key]}`, KEY, `${where}.${key}`)
    })
  })
}

test('what keeps anything at rest is on the list of what is encrypted', () => {
  const keeps =
    /_(instance|cluster|log_group|secret|topic|vault|bucket|repository|queue|dynamodb_table|file_system|volume)$/
  const elsewhere = ['aws_ecs_cluster', 'aws_rds_global_cluster', 'aws_s3_bucket', 'aws_ecr_repository']
  const control = 'aws_route53recoverycontrolconfig_cluster'
  const unknown = [...types()].filter((type) => keeps.test(type) && !(type in ENCRYPTED))
  assert.deepEqual(
    unknown.filter((type) => !elsewhere.includes(type) && type !== control),
    [],
  )
})

test('a copy of a secret is encrypted with the key of the region that it is in', () => {
  every('aws_secretsmanager_secret', ({ replica }, where) => {
    for (const { region, kms_key_id: key } of (replica ?? []) as Block[]) {
      assert.match(`${key}`, new RegExp(`^alias/.*${region}$|^arn:aws:kms:${region}:`), where)
    }
  })
})

test('secrets of one history are in every region that may have to serve it', () => {
  for (const { where, topology, stack } of everywhere) {
    if (topology.mode !== 'active-passive') continue
    for (const [name, { replica }] of Object.entries(resources(stack, 'aws_secretsmanager_secret'))) {
      if (name.startsWith('database-password')) assert.ok(((replica ?? []) as Block[]).length > 0, where)
    }
  }
})

test('images: encrypted with the region’s key, scanned when pushed, tags that never move', () => {
  every('aws_ecr_repository', (block, where) => {
    const [encryption] = block.encryption_configuration as Block[]
    assert.equal(encryption?.encryption_type, 'KMS', where)
    assert.match(`${encryption?.kms_key}`, KEY, where)
    assert.deepEqual(block.image_scanning_configuration, { scan_on_push: true }, where)
    assert.equal(block.image_tag_mutability, 'IMMUTABLE', where)
  })
})

test('buckets: private, encrypted with the region’s key, reached over TLS alone, emptied by age or by who fills them', () => {
  every('aws_s3_bucket', (_, where, { stack }) => {
    const only = (type: string) => Object.values(resources(stack, type))[0] ?? assert.fail(`${where} has no ${type}`)
    const blocks = only('aws_s3_bucket_public_access_block')
    for (const key of ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets']) {
      assert.equal(blocks[key], true, where)
    }
    const encryption = JSON.stringify(only('aws_s3_bucket_server_side_encryption_configuration').rule)
    assert.match(encryption, /"sse_algorithm":"aws:kms"/)
    assert.match(encryption, /"kms_master_key_id":"(\$\{.*kms_key|arn:aws:kms:)/)
    assert.match(JSON.stringify(only('aws_s3_bucket_ownership_controls').rule), /BucketOwnerEnforced/)
    const emptied = JSON.stringify(only('aws_s3_bucket_lifecycle_configuration').rule)
    // Control planes keep the newest snapshots, however old: only what was never finished may go.
    const kept = where.includes('aws_s3_bucket.fallback_')
    assert.match(emptied, kept ? /"days_after_initiation":7/ : /"expiration":\[\{"days":90\}\]/, where)
    assert.equal(emptied.includes('"expiration"'), !kept, where)
    const [first] = statements(only('aws_s3_bucket_policy').policy)
    assert.deepEqual([first?.Effect, first?.Condition], ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }], where)
  })
})

test('keys: turned over every year, thirty days to change one’s mind', () => {
  every('aws_kms_key', (block, where) => {
    assert.equal(block.enable_key_rotation, true, where)
    assert.equal(block.deletion_window_in_days, 30, where)
  })
})

test('tasks, databases and endpoints are in private subnets, and have no public address', () => {
  const isPrivate = (ids: unknown, where: string) => {
    for (const id of ids as string[]) assert.match(id, /private/, where)
  }
  every('aws_ecs_service', (block, where) => {
    const { subnets, assign_public_ip } = block.network_configuration as Block
    assert.equal(assign_public_ip, false, where)
    isPrivate(subnets, where)
  })
  every('aws_db_subnet_group', (block, where) => isPrivate(block.subnet_ids, where))
  every('aws_subnet', (block, where) => assert.equal(block.map_public_ip_on_launch, undefined, where))
  for (const type of ['aws_db_instance', 'aws_rds_cluster_instance']) {
    every(type, (block, where) => assert.equal(block.publicly_accessible, false, where))
  }
})

test('anybody may call the listener of the gateways, and nothing else', () => {
  every('aws_vpc_security_group_ingress_rule', (rule, where) => {
    if (rule.cidr_ipv4 !== '0.0.0.0/0' && rule.cidr_ipv6 !== '::/0') return
    assert.match(where, /-data-plane(-[\w-]+)? aws_vpc/)
    assert.equal(rule.from_port, 443, where)
    assert.equal(rule.to_port, 443, where)
  })
  every('aws_default_security_group', ({ ingress, egress }, where) => assert.equal(ingress ?? egress, undefined, where))
  every('aws_security_group', ({ ingress, egress }, where) => assert.equal(ingress ?? egress, undefined, where))
})

test('the Admin API opens to the region’s own network and to adminFrom', () => {
  every('aws_vpc_security_group_ingress_rule', (rule, where, { topology }) => {
    if (rule.from_port !== 9180 || !rule.cidr_ipv4) return
    const networks = Object.values(topology.regions).map(({ network }) => network)
    assert.ok([...networks, ...topology.adminFrom].includes(`${rule.cidr_ipv4}`), `${where} ${rule.cidr_ipv4}`)
  })
})

/** Why AWS wants `*` where it stands; every other statement names what it is about. */
const ANY_RESOURCE: Readonly<Record<string, string>> = {
  LogInToRegistry: 'AWS ties ecr:GetAuthorizationToken to no resource',
}

test('roles: no action is `*`, every resource is named, and each exception has its reason', () => {
  const used = new Set<string>()
  every('aws_iam_role_policy', ({ policy }, where) => {
    for (const { Sid = '', Action, Resource = [] } of statements(policy)) {
      for (const action of Action) assert.doesNotMatch(action, /\*/, `${where} ${action}`)
      assert.ok(Resource.length > 0, where)
      if (!Resource.some((resource) => resource === '*')) continue
      assert.ok(Sid in ANY_RESOURCE, `${where} ${Sid}`)
      used.add(Sid)
    }
  })
  assert.deepEqual([...used], ['LogInToRegistry'])
})

test('policies of keys, topics and buckets let services in only for this account, and everybody only to be refused', () => {
  const policies: Readonly<Record<string, string>> = {
    aws_kms_key: 'policy',
    aws_sns_topic_policy: 'policy',
    aws_s3_bucket_policy: 'policy',
    aws_iam_role: 'assume_role_policy',
  }
  for (const [type, key] of Object.entries(policies)) {
    every(type, (block, where) => {
      for (const { Effect, Principal, Condition } of statements(block[key])) {
        if (Principal?.AWS === '*') assert.equal(Effect, 'Deny', where)
        if (!Principal?.Service) continue
        const conditions = JSON.stringify(Condition ?? {})
        assert.match(conditions, /aws:SourceAccount|aws:logs:arn/, `${where} trusts ${Principal.Service} for anybody`)
      }
    })
  }
})

test('listeners that end TLS take 1.2 and up with forward secrecy; the others pass it through untouched', () => {
  every('aws_lb_listener', (block, where) => {
    if (block.protocol === 'TLS') assert.equal(block.ssl_policy, 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06', where)
    else assert.equal(block.protocol, 'TCP', where)
  })
  for (const type of ['aws_db_parameter_group', 'aws_rds_cluster_parameter_group']) {
    every(type, ({ parameter }, where) => {
      assert.ok(
        (parameter as Block[]).some(({ name, value }) => name === 'rds.force_ssl' && value === '1'),
        where,
      )
    })
  }
})

test('databases and balancers are protected, and databases leave a snapshot behind', () => {
  const held: Readonly<Record<string, string>> = {
    aws_lb: 'enable_deletion_protection',
    aws_db_instance: 'deletion_protection',
    aws_rds_cluster: 'deletion_protection',
    aws_rds_global_cluster: 'deletion_protection',
  }
  for (const [type, key] of Object.entries(held)) every(type, (block, where) => assert.equal(block[key], true, where))
  for (const type of ['aws_db_instance', 'aws_rds_cluster']) {
    every(type, (block, where) => {
      assert.equal(block.skip_final_snapshot, false, where)
      assert.ok(Number(block.backup_retention_period) >= 7, where)
    })
  }
})

test('every database is backed up into another region, unless the topology says otherwise', () => {
  for (const { where, topology, stack } of everywhere) {
    if (!where.endsWith('-data') || topology.database.backupCopies !== 'daily') continue
    const [plan] = Object.values(resources(stack, 'aws_backup_plan'))
    const own = Object.keys(topology.regions).find((region) => where.includes(region)) ?? assert.fail(where)
    const copy = /"destination_vault_arn":"[^"]*:backup:([\w-]+):/.exec(JSON.stringify(plan?.rule))?.[1]
    assert.ok(copy && copy !== own, `${where} copies to ${copy}`)
  }
})

test('every network notes what it refused, and every balancer that ends TLS notes who called', () => {
  every('aws_vpc', (_, where, { stack }) => {
    assert.ok(Object.keys(resources(stack, 'aws_flow_log')).length > 0, where)
  })
  for (const { where, stack } of everywhere) {
    for (const [name, listener] of Object.entries(resources(stack, 'aws_lb_listener'))) {
      if (listener.protocol !== 'TLS') continue
      const balancer = /aws_lb\.([\w-]+)\.arn/.exec(`${listener.load_balancer_arn}`)?.[1] ?? assert.fail(name)
      const { access_logs: logs } = resources(stack, 'aws_lb')[balancer] ?? assert.fail(balancer)
      assert.equal((logs as Block | undefined)?.enabled, true, where)
    }
  }
})

test('logs are kept for a time, and no longer', () => {
  every('aws_cloudwatch_log_group', ({ retention_in_days: days }, where) => assert.ok(Number(days) >= 30, where))
})

test('everything that takes tags says its topology, its region and what it is for', () => {
  for (const { where, topology, stack } of everywhere) {
    const [provider] = (stack.provider as { aws: [{ region: string; default_tags: [{ tags: Block }] }] }).aws
    const { Topology: of, Region, Role } = provider.default_tags[0].tags
    assert.equal(of, topology.name, where)
    assert.equal(Region, provider.region, where)
    assert.ok(where.endsWith(`-${Role}`), `${where} ${Role}`)
    for (const [type, named] of Object.entries(stack.resource)) {
      for (const [name, block] of Object.entries(named)) {
        if (!block.region || !block.tags || block.region === provider.region) continue
        assert.equal((block.tags as Block).Region, block.region, `${where} ${type}.${name}`)
      }
    }
  }
})

test('containers run as nobody in particular, write to one folder, and have no right of the kernel’s', () => {
  every('aws_ecs_task_definition', ({ container_definitions: text }, where) => {
    for (const container of JSON.parse(`${text}`) as Block[]) {
      assert.equal(container.readonlyRootFilesystem, true, where)
      assert.ok(container.user && !/^(0|root)\b/.test(`${container.user}`), where)
      assert.match(JSON.stringify(container.linuxParameters), /"drop":\["ALL"\]/, where)
      assert.doesNotMatch(JSON.stringify(container.environment), /PRIVATE KEY|password=/i, where)
    }
  })
  every('aws_ecs_service', (block, where) => assert.equal(block.enable_execute_command, false, where))
})
