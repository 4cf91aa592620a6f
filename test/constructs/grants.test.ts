import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import { Construct } from 'constructs'
import {
  AccessLogs,
  AlarmTopic,
  Connections,
  DatabaseSecret,
  FailoverRunbook,
  FallbackBucket,
  FlowLogs,
  type Grantee,
  GroupSecrets,
  ImageRepository,
  type Network,
  PostgresGlobal,
  PostgresPrimary,
  PostgresReplica,
  RegionKey,
  RegionNetwork,
  RegionSecrets,
} from '../../constructs/index.ts'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { type Block, resources, type SynthesisedStack, synthesiseStack } from '../stacks/synthesise.ts'

const keyArn = 'arn:key'

function synthesised(make: (stack: TerraformStack) => unknown): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'edge')
    new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
    make(stack)
    return stack
  })
}

interface Grant {
  readonly what: string
  readonly give: (stack: TerraformStack, grantee: Grantee) => IamRolePolicy
  /** Every action of the policy. */
  readonly actions: readonly string[]
  /** How many resources each statement names. @default 1 */
  readonly count?: number
}

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const TOPOLOGY = { topology: activePassive, databases: { 'us-east-1': 'p-g1', 'us-west-2': 'p-g2' } }

const GRANTS: readonly Grant[] = [
  {
    what: 'use of a key',
    give: (stack, role) => new RegionKey(stack, 'it', { name: 'k' }).grantUse(role),
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  },
  {
    what: 'encryption with a key',
    give: (stack, role) => new RegionKey(stack, 'it', { name: 'k' }).grantEncrypt(role),
    actions: ['kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
  },
  {
    what: 'decryption with a key',
    give: (stack, role) => new RegionKey(stack, 'it', { name: 'k' }).grantDecrypt(role),
    actions: ['kms:Decrypt'],
  },
  {
    what: 'reading the database’s password',
    give: (stack, role) => new DatabaseSecret(stack, 'it', { name: 'p', keyArn }).grantRead(role),
    actions: ['secretsmanager:GetSecretValue'],
  },
  {
    what: 'reading one secret of a region',
    give: (stack, role) => {
      const secrets = regionSecrets(stack)
      return secrets.grantRead(role, secrets.adminKey)
    },
    actions: ['secretsmanager:GetSecretValue'],
  },
  {
    what: 'filling the secrets of a region',
    give: (stack, role) => regionSecrets(stack).grantFill(role),
    actions: ['secretsmanager:PutSecretValue'],
    count: 5,
  },
  {
    what: 'reading the identity of one gateway group',
    give: (stack, role) => {
      const props = { name: 'g', keyArn, trustDomain: 'payments', groups: ['default', 'partners'] }
      return new GroupSecrets(stack, 'it', props).grantRead(role, 'partners')
    },
    actions: ['secretsmanager:GetSecretValue'],
  },
  {
    what: 'pulling images',
    give: (stack, role) => new ImageRepository(stack, 'it', { name: 'i', keyArn }).grantPull(role),
    actions: PULL,
  },
  {
    what: 'pushing images',
    give: (stack, role) => new ImageRepository(stack, 'it', { name: 'i', keyArn }).grantPush(role),
    actions: [
      ...PULL,
      ...['CompleteLayerUpload', 'InitiateLayerUpload', 'PutImage', 'UploadLayerPart'].map((it) => `ecr:${it}`),
    ],
  },
  {
    what: 'saying something on a topic',
    give: (stack, role) => new AlarmTopic(stack, 'it', { name: 't', keyArn }).grantPublish(role),
    actions: ['sns:Publish'],
  },
  {
    what: 'hearing a topic',
    give: (stack, role) => new AlarmTopic(stack, 'it', { name: 't', keyArn }).grantSubscribe(role),
    actions: ['sns:Subscribe'],
  },
  {
    what: 'reading who called',
    give: (stack, role) => new AccessLogs(stack, 'it', { name: 'a', keyArn }).grantRead(role),
    actions: ['s3:GetObject', 's3:ListBucket'],
  },
  {
    what: 'starting from what control planes left',
    give: (stack, role) => new FallbackBucket(stack, 'it', { name: 'f', keyArn }).grantRead(role),
    actions: ['s3:GetObject'],
  },
  {
    what: 'leaving a configuration for those who find no control plane',
    give: (stack, role) => new FallbackBucket(stack, 'it', { name: 'f', keyArn }).grantWrite(role),
    actions: ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
  },
  {
    what: 'reading flow logs',
    give: (stack, role) => new FlowLogs(stack, 'it', { name: 'f', vpcId: 'vpc-1', keyArn }).grantRead(role),
    actions: ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:StartQuery'],
    count: 2,
  },
  {
    what: 'promoting one replica',
    give: (stack, role) => {
      const sourceArn = 'arn:aws:rds:us-east-1:123456789012:db:p'
      const props = { name: 'r', version: 17, network: networkOf(stack), keyArn, sourceArn }
      return new PostgresReplica(stack, 'it', props).grantPromote(role)
    },
    actions: ['rds:DescribeDBInstances', 'rds:PromoteReadReplica'],
  },
  {
    what: 'logging in as one user of a database',
    give: (stack, role) => {
      const props = { name: 'r', version: 17, network: networkOf(stack), keyArn, passwordSecret: 'p', iamLogin: true }
      return new PostgresPrimary(stack, 'it', props).grantConnect(role, 'reader')
    },
    actions: ['rds-db:connect'],
  },
  {
    what: 'moving the writer of a global database',
    give: (stack, role) => {
      return new PostgresGlobal(stack, 'it', { identifier: 'p', version: 17 }).grantFailover(role)
    },
    actions: ['rds:DescribeGlobalClusters', 'rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
  },
  {
    what: 'running a runbook',
    give: (stack, role) => {
      const controlPlanes = { 'us-east-1': 'a', 'us-west-2': 'b' }
      return new FailoverRunbook(stack, 'it', { ...TOPOLOGY, controlPlanes }).grantRun(role)
    },
    actions: ['rds:DescribeDBInstances', 'rds:PromoteReadReplica'],
    count: 2,
  },
]

function regionSecrets(stack: TerraformStack): RegionSecrets {
  return new RegionSecrets(stack, 'it', { name: 's', keyArn, trustDomain: 'payments', region: 'eu-west-1' })
}

function networkOf(stack: TerraformStack): Network {
  const props = { vpcId: 'vpc-1', cidr: '10.1.0.0/16', privateSubnetIds: ['subnet-1', 'subnet-2'] }
  return RegionNetwork.fromExisting(stack, 'network', props)
}

interface Statement {
  readonly Action: string[]
  readonly Resource: string[]
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, string>> }
}

function statementsOf(policy: Block | undefined): Statement[] {
  return JSON.parse(`${policy?.policy}`).Statement
}

for (const { what, give, actions, count = 1 } of GRANTS) {
  test(`${what}: the role gets that, on named resources, and nothing else`, () => {
    const stack = synthesised((scope) => give(scope, new IamRole(scope, 'role', { name: 'r', assumeRolePolicy: '{}' })))
    const granted = Object.values(resources(stack, 'aws_iam_role_policy')).filter(
      ({ role }) => role === '${aws_iam_role.role.name}',
    )
    assert.equal(granted.length, 1)
    const seen = statementsOf(granted[0]).flatMap(({ Action, Resource, Condition }) => {
      // AWS ties this one action to no resource.
      if (Action.includes('ecr:GetAuthorizationToken')) return []
      for (const named of Resource) assert.notEqual(named, '*')
      // What is encrypted needs its key too, by way of the service that keeps it and no other way.
      if (Condition?.StringEquals?.['kms:ViaService']) {
        assert.deepEqual(Resource, [keyArn])
        return []
      }
      assert.equal(Resource.length, count)
      return Action
    })
    assert.deepEqual(seen.sort(), [...actions].sort())
  })
}

test('a role that somebody else made is named, and so is that of a service', () => {
  const stack = synthesised((scope) => {
    const key = new RegionKey(scope, 'key', { name: 'k' })
    key.grantDecrypt({ roleName: 'operator' })
    key.grantDecrypt({ role: new IamRole(scope, 'task', { name: 'task', assumeRolePolicy: '{}' }) })
  })
  const roles = Object.values(resources(stack, 'aws_iam_role_policy')).map(({ role }) => role)
  assert.deepEqual(roles, ['operator', '${aws_iam_role.task.name}'])
})

test('a role may have the same leave from two givers of one name', () => {
  const stack = synthesised((scope) => {
    for (const id of ['a', 'b']) {
      new DatabaseSecret(new Construct(scope, id), 'secret', { name: id, keyArn }).grantRead({ roleName: 'operator' })
    }
  })
  const names = Object.values(resources(stack, 'aws_iam_role_policy')).map(({ name }) => name)
  assert.equal(new Set(names).size, 2)
})

test('a runbook without a database that AWS promotes has nothing to grant', () => {
  synthesised((scope) => {
    const names = { 'us-east-1': 'a', 'eu-west-1': 'b' }
    const props = { topology: activeActive, databases: names, controlPlanes: names }
    const runbook = new FailoverRunbook(scope, 'runbook', props)
    assert.throws(() => runbook.grantRun({ roleName: 'operator' }), /edge\/runbook\.topology: has no database that AWS/)
  })
})

test('two roles may have the same leave', () => {
  const stack = synthesised((scope) => {
    const key = new RegionKey(scope, 'key', { name: 'k' })
    for (const name of ['a', 'b']) key.grantUse(new IamRole(scope, name, { name, assumeRolePolicy: '{}' }))
  })
  assert.equal(Object.keys(resources(stack, 'aws_iam_role_policy')).length, 2)
})

test('a database that somebody else made lets callers in through its own security group', () => {
  const stack = synthesised((scope) => {
    const database = PostgresPrimary.fromExisting(scope, 'database', {
      address: 'db.example',
      arn: 'arn:db',
      securityGroupId: 'sg-database',
    })
    const callers = new Connections(scope, 'callers', { name: 'callers', description: 'Us', vpcId: 'vpc-1', ports: [] })
    callers.connectTo(database)
  })
  assert.equal(Object.keys(resources(stack, 'aws_security_group')).length, 1)
  const [into] = Object.values(resources(stack, 'aws_vpc_security_group_ingress_rule'))
  assert.deepEqual([into?.security_group_id, into?.from_port], ['sg-database', 5432])
  const [out] = Object.values(resources(stack, 'aws_vpc_security_group_egress_rule'))
  assert.deepEqual([out?.referenced_security_group_id, out?.from_port], ['sg-database', 5432])
})
