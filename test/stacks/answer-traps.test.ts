import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goldenTopologies } from './golden-topologies.ts'
import { type Block, resources, synthesise } from './synthesise.ts'

// What Route 53, ARC and Global Accelerator make of records, checks and controls, held over every golden topology.

const gslbs = [...goldenTopologies()].flatMap(([name, topology]) =>
  [...synthesise(topology)].map(([id, stack]) => ({ where: `${name} ${id}`, topology, stack })),
)

const POLICIES = ['failover', 'latency', 'weighted', 'geolocation'].map((policy) => `${policy}_routing_policy`)

function chosen(): { readonly where: string; readonly record: Block; readonly ttl: number }[] {
  return gslbs.flatMap(({ where, topology, stack }) =>
    Object.values(resources(stack, 'aws_route53_record'))
      .filter((record) => POLICIES.some((policy) => record[policy]))
      .map((record) => ({ where, record, ttl: topology.gslb.ttl.seconds })),
  )
}

test('every record with a routing policy has an identifier of its own beside it', () => {
  const seen = new Set<string>()
  for (const { where, record } of chosen()) {
    assert.ok(record.set_identifier, where)
    const own = `${where} ${record.name} ${record.set_identifier}`
    assert.ok(!seen.has(own), own)
    seen.add(own)
  }
  assert.ok(seen.size > 10)
})

test('an alias to a balancer would answer with 60 seconds, so records that move callers are CNAMEs with the topology’s TTL', () => {
  for (const { where, record, ttl } of chosen()) {
    if (record.alias) {
      // At the records' own names of a zone, never at a balancer's: those answer with the TTL of what they point to.
      assert.doesNotMatch(JSON.stringify(record.alias), /dns_name|elb/, where)
      continue
    }
    assert.deepEqual([record.type, record.ttl], ['CNAME', ttl], where)
  }
})

test('a control plane is private, so no record that moves callers and no check asks for one', () => {
  for (const { where, record } of chosen())
    assert.doesNotMatch(JSON.stringify(record.records ?? ''), /control-plane/, where)
})

test('routing controls: at least one stays on by a safety rule, and each starts off until somebody turns it', () => {
  let clusters = 0
  for (const { where, stack } of gslbs) {
    const controls = Object.values(resources(stack, 'aws_route53recoverycontrolconfig_routing_control'))
    if (controls.length === 0) continue
    clusters += 1
    const [rule] = Object.values(resources(stack, 'aws_route53recoverycontrolconfig_safety_rule'))
    const [config] = [rule?.rule_config].flat() as Block[]
    assert.deepEqual([config?.type, config?.threshold, config?.inverted], ['ATLEAST', 1, false], where)
    for (const control of controls) assert.equal('state' in control || 'routing_control_state' in control, false, where)
    const output = (stack.output as Record<string, Block>)['routing-controls']
    assert.match(`${output?.description}`, /[Tt]urn each on/, where)
  }
  assert.ok(clusters > 0)
})

test('behind an accelerator the balancer’s own health checks decide, as often as the topology says', () => {
  let seen = 0
  for (const { where, topology, stack } of gslbs) {
    if (topology.gslb.provider !== 'accelerator' || !/-data-plane/.test(where)) continue
    for (const { health_check: check } of Object.values(resources(stack, 'aws_lb_target_group'))) {
      const { interval, unhealthy_threshold: threshold } = check as Block
      const { health } = topology.gslb
      assert.deepEqual([interval, threshold], [health.interval.seconds, health.threshold], where)
      seen += 1
    }
  }
  assert.ok(seen > 0)
})

test('a hosted zone that is ours recovers by itself when us-east-1 is impaired', () => {
  let zones = 0
  for (const { where, stack } of gslbs) {
    for (const zone of Object.values(resources(stack, 'aws_route53_zone'))) {
      if (zone.vpc) continue
      zones += 1
      assert.equal(zone.enable_accelerated_recovery, true, where)
    }
  }
  assert.ok(zones > 0)
})
