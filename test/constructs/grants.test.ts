import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  AlarmTopic,
  Connections,
  DatabaseSecret,
  ImageRepository,
  PostgresPrimary,
  RegionKey,
  RegionSecrets,
} from '../../constructs/index.ts'
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

/** Each: the leave that is given, and the actions and the number of resources that it comes to. */
const GRANTS: readonly [string, (stack: TerraformStack, role: IamRole) => IamRolePolicy, RegExp, number][] = [
  ['use of a key', (stack, role) => new RegionKey(stack, 'it', { name: 'k' }).grantUse(role), /^kms:\w+$/, 1],
  [
    'decryption with a key',
    (stack, role) => new RegionKey(stack, 'it', { name: 'k' }).grantDecrypt(role),
    /^kms:Decrypt$/,
    1,
  ],
  [
    'reading the database’s password',
    (stack, role) => new DatabaseSecret(stack, 'it', { name: 'p', keyArn }).grantRead(role),
    /^secretsmanager:GetSecretValue$/,
    1,
  ],
  [
    'reading one secret of a region',
    (stack, role) => {
      const secrets = new RegionSecrets(stack, 'it', { name: 's', keyArn, trustDomain: 't', region: 'eu-west-1' })
      return secrets.grantRead(role, secrets.adminKey)
    },
    /^secretsmanager:GetSecretValue$/,
    1,
  ],
  [
    'filling the secrets of a region',
    (stack, role) =>
      new RegionSecrets(stack, 'it', { name: 's', keyArn, trustDomain: 't', region: 'eu-west-1' }).grantFill(role),
    /^secretsmanager:PutSecretValue$/,
    4,
  ],
  [
    'pulling images',
    (stack, role) => new ImageRepository(stack, 'it', { name: 'i', keyArn }).grantPull(role),
    /^ecr:(Batch|Get)\w+$/,
    1,
  ],
  [
    'pushing images',
    (stack, role) => new ImageRepository(stack, 'it', { name: 'i', keyArn }).grantPush(role),
    /^ecr:\w+$/,
    1,
  ],
  [
    'saying something on a topic',
    (stack, role) => new AlarmTopic(stack, 'it', { name: 't', keyArn }).grantPublish(role),
    /^sns:Publish$/,
    1,
  ],
]

interface Statement {
  readonly Action: string[]
  readonly Resource: string[]
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, string>> }
}

function statementsOf(policy: Block | undefined): Statement[] {
  return JSON.parse(`${policy?.policy}`).Statement
}

for (const [what, give, action, count] of GRANTS) {
  test(`${what}: the role gets that, on named resources, and nothing else`, () => {
    const stack = synthesised((scope) => give(scope, new IamRole(scope, 'role', { name: 'r', assumeRolePolicy: '{}' })))
    const [policy] = Object.values(resources(stack, 'aws_iam_role_policy'))
    assert.equal(policy?.role, '${aws_iam_role.role.name}')
    for (const { Action, Resource, Condition } of statementsOf(policy)) {
      if (Action.includes('ecr:GetAuthorizationToken')) continue
      // What is encrypted needs its key too, by way of the service that keeps it and no other way.
      if (Condition?.StringEquals?.['kms:ViaService']) continue
      assert.equal(Resource.length, count)
      for (const named of Resource) assert.match(named, /^\$\{aws_/)
      for (const each of Action) assert.match(each, action)
    }
  })
}

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
