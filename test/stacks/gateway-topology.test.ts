import assert from 'node:assert/strict'
import { test } from 'node:test'
import { S3Backend, Testing } from 'cdktf'
import type { AntipodeError } from '../../runtime/model/errors.ts'
import { topology } from '../../stacks/examples/active-passive.ts'
import { GatewayTopology } from '../../stacks/index.ts'
import { defineTopology } from '../../topology/index.ts'
import { type Block, synthesise } from './synthesise.ts'

test('a topology becomes five stacks a region, the links, the zone and the GSLB', () => {
  const layers = ['foundation', 'network', 'data', 'control-plane', 'data-plane']
  assert.deepEqual(
    [...synthesise(topology).keys()],
    [
      ...layers.map((layer) => `payments-us-east-1-${layer}`),
      ...layers.map((layer) => `payments-us-west-2-${layer}`),
      'payments-links',
      'payments-dns',
      'payments-gslb',
    ],
  )
})

test('state lives where the user says, in a bucket of the stack’s own region, and readers follow', () => {
  const stacks = synthesise(topology, {
    state: (region, stack) =>
      new S3Backend(stack, { bucket: `state-${region}`, key: stack.node.id, region, encrypt: true }),
  })
  for (const [id, stack] of stacks) {
    const region = id.includes('us-west-2') ? 'us-west-2' : 'us-east-1'
    const { backend } = stack.terraform as { backend: { s3: Block } }
    assert.equal(backend.s3.bucket, `state-${region}`, id)
    for (const state of Object.values(stack.data.terraform_remote_state ?? {})) {
      const { bucket, key } = state.config as { bucket: string; key: string }
      assert.equal(bucket, `state-${key.includes('us-west-2') ? 'us-west-2' : 'us-east-1'}`, id)
    }
  }
})

test('an existing zone is used, and none is made beside it', () => {
  const stacks = synthesise(topology, { zoneId: 'Z123' })
  assert.equal(stacks.get('payments-dns')?.resource.aws_route53_zone, undefined)
  const records = Object.values(stacks.get('payments-gslb')?.resource.aws_route53_record ?? {})
  assert.deepEqual(
    records.map(({ zone_id }) => zone_id),
    ['Z123', 'Z123'],
  )
})

test('only where live drills are asked for, AWS gets a role to undo them with, and it may do nothing else', () => {
  const roleOf = (stacks: ReturnType<typeof synthesise>) => {
    const { aws_iam_role: roles = {}, aws_iam_role_policy: policies = {} } = stacks.get('payments-gslb')?.resource ?? {}
    return { roles: Object.values(roles), policies: Object.values(policies) }
  }
  assert.deepEqual(roleOf(synthesise(topology)), { roles: [], policies: [] })
  const { roles, policies } = roleOf(synthesise(topology, { liveDrills: true }))
  assert.deepEqual(
    roles.map(({ name }) => name),
    ['payments-drill-undo'],
  )
  const [trust] = JSON.parse(`${roles[0]?.assume_role_policy}`).Statement
  assert.deepEqual(trust.Principal, { Service: 'scheduler.amazonaws.com' })
  const [statement, ...more] = JSON.parse(`${policies[0]?.policy}`).Statement
  assert.deepEqual([statement.Action, more], [['ec2:DeleteNetworkAclEntry'], []])
  assert.equal(statement.Resource.length, 2)
  for (const arn of statement.Resource) {
    assert.match(
      arn,
      /^arn:.*:ec2:us-(east-1|west-2):.*:network-acl\/\$\{data\.terraform_remote_state\..*default_network_acl_id/,
    )
  }
})

test('stacks wait for what they need by name', () => {
  const { regions, dns, gslb } = new GatewayTopology(Testing.app(), 'payments', {
    topology,
  })
  const { 'us-east-1': east, 'us-west-2': west } = regions
  assert.ok(east?.data && west?.data && west.controlPlane)
  assert.ok(west.data.dependsOn(east.data), 'a replica after its source')
  assert.ok(east.foundation.dependsOn(west.foundation), 'a copied password after the key it is encrypted with')
  assert.ok(west.controlPlane.dependsOn(east.foundation), 'a control plane after its password')
  assert.ok(west.dataPlane.dependsOn(dns), 'a listener after its certificate')
  gslb.prepareStack()
  assert.ok(gslb.dependsOn(west.dataPlane))
  assert.ok(!dns.dependsOn(east.dataPlane))
})

test('a region that AWS does not have is refused when stacks are made, not when it is described', () => {
  const { 'us-east-1': east, 'us-west-2': west } = topology.regions
  assert.ok(east && west)
  const elsewhere = defineTopology({ ...topology, regions: { 'us-east-1': east, here: west } })
  assert.throws(
    () => synthesise(elsewhere),
    (error: AntipodeError) =>
      error.code === 'TOPOLOGY_INVALID' && / regions\.here {3}is no region of AWS; did you mean/.test(error.message),
  )
})

test('the database that came first may be in any region', () => {
  const { 'us-east-1': east, 'us-west-2': west } = topology.regions
  assert.ok(east && west)
  const later = defineTopology({
    ...topology,
    regions: {
      'us-east-1': { ...east, database: { from: { region: 'us-west-2' } } },
      'us-west-2': { ...west, database: { from: null } },
    },
  })
  const { regions } = new GatewayTopology(Testing.app(), 'payments', { topology: later })
  assert.ok(regions['us-east-1']?.data?.dependsOn(regions['us-west-2']?.data ?? assert.fail()))
  const stacks = synthesise(later)
  const instance = (id: string) => Object.values(stacks.get(id)?.resource.aws_db_instance ?? {})[0]
  assert.match(`${instance('payments-us-east-1-data')?.replicate_source_db}`, /:us-west-2:.*:db:payments-us-west-2-g1$/)
  assert.equal(instance('payments-us-west-2-data')?.username, 'antipode')
})
