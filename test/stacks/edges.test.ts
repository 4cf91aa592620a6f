import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology, type Topology } from '../../topology/index.ts'
import { configurationIn } from './configuration-in.ts'
import { resources, synthesise } from './synthesise.ts'

const { each } = activePassive.regions['us-east-1']?.dataPlane ?? assert.fail()
const edge = { role: 'edge', network: '10.50.0.0/16', dataPlane: { instances: 2, each } } as const
const { policy: _, ...gslb } = activePassive.gslb
const pair = defineTopology({ ...activePassive, gslb, regions: { ...activePassive.regions, 'eu-west-1': edge } })
const stacks = synthesise(pair)

/** Ways that links lay, such as `eu-west-1 to 10.10.0.0/16`. */
function waysOf(topology: Topology): string[] {
  const routes = Object.values(resources(synthesise(topology).get(`${topology.name}-links`), 'aws_route'))
  return [...new Set(routes.map(({ region, destination_cidr_block: to }) => `${region} to ${to}`))].sort()
}

test('an edge is a foundation, a network and data planes', () => {
  const of = [...stacks.keys()].filter((id) => id.startsWith('payments-eu-west-1-'))
  assert.deepEqual(
    of.map((id) => id.replace('payments-eu-west-1-', '')),
    ['foundation', 'network', 'data-plane'],
  )
})

test('its data planes call the control planes that it follows, in declared order whoever writes', () => {
  const { config, warnings } = configurationIn(stacks.get('payments-eu-west-1-data-plane'))
  assert.deepEqual(warnings, [])
  assert.deepEqual(config.dataPlane.controlPlanes, [
    'https://control-plane.us-east-1.payments.internal:7943',
    'https://control-plane.us-west-2.payments.internal:7943',
  ])
})

test('links lead from an edge to those that it follows, which let its network in, and answer to their names', () => {
  assert.deepEqual(
    waysOf(pair).filter((way) => way.startsWith('eu-west-1')),
    ['eu-west-1 to 10.10.0.0/16', 'eu-west-1 to 10.20.0.0/16'],
  )
  for (const region of ['us-east-1', 'us-west-2']) {
    const rules = resources(stacks.get(`payments-${region}-control-plane`), 'aws_vpc_security_group_ingress_rule')
    const open = Object.values(rules).filter(({ cidr_ipv4 }) => cidr_ipv4 === edge.network)
    assert.deepEqual(
      open.map(({ from_port }) => from_port),
      [7943],
    )
  }
  const names = Object.keys(resources(stacks.get('payments-links'), 'aws_route53_zone_association'))
  assert.ok(names.some((name) => /us-east-1-eu-west-1_names-of-us-east-1/.test(name)))
})

test('edges are not linked with each other, nor with histories that they do not follow', () => {
  const far = { ...edge, network: '10.60.0.0/16', controlPlane: { from: ['eu-west-1'] } }
  const regions = {
    ...activeActive.regions,
    'ap-south-1': { ...edge, controlPlane: { from: ['us-east-1'] } },
    'ap-east-1': far,
  }
  const ways = waysOf(defineTopology({ ...activeActive, regions, links: { kind: 'peering' } }))
  assert.deepEqual(
    ways.filter((way) => way.startsWith('ap-')),
    ['ap-east-1 to 10.40.0.0/16', 'ap-south-1 to 10.30.0.0/16'],
  )
})

test('with edges, callers go to every region, and the standby is a region like any other', () => {
  const records = Object.values(resources(stacks.get('payments-gslb'), 'aws_route53_record'))
  const policies = records.map(({ latency_routing_policy }) => latency_routing_policy)
  assert.deepEqual(policies, [{ region: 'us-east-1' }, { region: 'us-west-2' }, { region: 'eu-west-1' }])
})

test('the only database of a topology is copied to an edge, which has the vault ready', () => {
  const { 'us-east-1': america } = activeActive.regions
  assert.ok(america)
  const alone = {
    ...activeActive,
    links: { kind: 'peering' as const },
    regions: { 'us-east-1': america, 'eu-west-1': edge },
  }
  const made = synthesise(defineTopology({ ...alone, peak: each, objectives: { rto: activeActive.objectives.rto } }))
  const [vault] = Object.values(resources(made.get('storefront-eu-west-1-foundation'), 'aws_backup_vault'))
  const [plan] = Object.values(resources(made.get('storefront-us-east-1-data'), 'aws_backup_plan'))
  assert.ok(vault)
  assert.match(JSON.stringify(plan), new RegExp(`:eu-west-1:.*:backup-vault:${vault.name}"`))
})
