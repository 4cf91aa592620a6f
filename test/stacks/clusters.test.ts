import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology } from '../../topology/index.ts'
import { configurationIn } from './configuration-in.ts'
import { type Block, resources, synthesise } from './synthesise.ts'

const { 'us-east-1': east, 'us-west-2': west } = activePassive.regions
assert.ok(east && west)
const clusters = { partners: { group: 'partners', instances: 2, growsTo: 5, each: '1000/s' } }
const stacks = synthesise(
  defineTopology({
    ...activePassive,
    regions: { 'us-east-1': { ...east, clusters }, 'us-west-2': { ...west, clusters } },
  }),
)

test('a cluster changes nothing of the data planes beside it', () => {
  const before = synthesise(activePassive)
  assert.deepEqual(stacks.get('payments-us-east-1-data-plane'), before.get('payments-us-east-1-data-plane'))
})

test('a cluster serves its group, with the identity of its group and of no other', () => {
  const { config } = configurationIn(stacks.get('payments-us-east-1-data-plane-partners'))
  assert.equal(config.gatewayGroup, 'partners')
  const secrets = resources(stacks.get('payments-us-east-1-foundation'), 'aws_secretsmanager_secret')
  const [name, secret] =
    Object.entries(secrets).find(([, { name }]) => `${name}`.endsWith('-partners')) ?? assert.fail()
  assert.equal((secret.tags as Block).Identity, 'spiffe://payments/group/partners')
  const text = JSON.stringify(
    resources(stacks.get('payments-us-east-1-data-plane-partners'), 'aws_ecs_task_definition'),
  )
  const identities = [...text.matchAll(/aws_secretsmanager_secret([\w-]+?)arn\}/g)].map(([, id]) => id)
  assert.deepEqual([...new Set(identities)], [name])
})

test('a cluster has a host, certificates, records and health checks of its own, and the pair’s way to fail over', () => {
  const host = 'partners.api.payments.example'
  const certificates = Object.values(resources(stacks.get('payments-dns'), 'aws_acm_certificate'))
  const regions = certificates.filter(({ domain_name }) => domain_name === host).map(({ region }) => region)
  assert.deepEqual(regions, ['us-east-1', 'us-west-2'])
  const records = Object.values(resources(stacks.get('payments-gslb'), 'aws_route53_record'))
  const own = records.filter(({ name }) => name === host)
  assert.deepEqual(
    own.map(({ failover_routing_policy }) => failover_routing_policy),
    [{ type: 'PRIMARY' }, { type: 'SECONDARY' }],
  )
  assert.equal(new Set(records.map(({ health_check_id }) => health_check_id)).size, 4)
})
