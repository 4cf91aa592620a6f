import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  AcceleratorGslb,
  type Gslb,
  type GslbProps,
  type GslbTarget,
  InvertedCheckSwitch,
  Route53Gslb,
  type Route53GslbProps,
  RoutingControlSwitch,
} from '../../constructs/index.ts'
import { seconds } from '../../topology/index.ts'
import { type Block, resources, type SynthesisedStack, synthesiseStack } from '../stacks/synthesise.ts'

const HOST = 'api.shop.example'
const nowhere = { weight: 1, continents: [], countries: [] }
const active: GslbTarget[] = [
  { region: 'us-east-1', role: 'active', address: 'us.lb.example', balancerArn: 'arn:us', callers: nowhere },
  {
    region: 'eu-west-1',
    role: 'active',
    address: 'eu.lb.example',
    balancerArn: 'arn:eu',
    callers: { weight: 3, continents: ['EU'], countries: ['TR'] },
  },
]
const pair: GslbTarget[] = [
  { region: 'us-east-1', role: 'primary', address: 'us.lb.example', balancerArn: 'arn:us' },
  { region: 'us-west-2', role: 'standby', address: 'west.lb.example', balancerArn: 'arn:west' },
]
const route53 = { ttl: seconds(10), health: { interval: seconds(10), threshold: 2 } }

function props(policy: GslbProps['policy'], targets: readonly GslbTarget[]): GslbProps {
  return { name: 'shop', zoneId: 'Z1', host: HOST, policy, targets }
}

function synthesised(make: (stack: TerraformStack) => unknown): SynthesisedStack {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'gslb')
    new AwsProvider(stack, 'aws', { region: 'us-east-1' })
    make(stack)
    return stack
  })
}

function blocks(stack: SynthesisedStack, type: string): Block[] {
  return Object.values(resources(stack, type))
}

type Make = (stack: TerraformStack, targets: readonly GslbTarget[]) => Gslb
const makeRoute53 =
  (policy: GslbProps['policy'], more: Partial<Route53GslbProps> = {}): Make =>
  (stack, targets) =>
    new Route53Gslb(stack, 'gslb', { ...props(policy, targets), ...route53, ...more })

test('weighted records carry the regions’ weights', () => {
  const stack = synthesised((scope) => makeRoute53('weighted')(scope, active))
  const policies = blocks(stack, 'aws_route53_record').map((record) => record.weighted_routing_policy)
  assert.deepEqual(policies, [{ weight: 1 }, { weight: 3 }])
})

test('by geolocation nobody is left without an answer, and a lost region answers with the next', () => {
  const records = blocks(
    synthesised((scope) => makeRoute53('geolocation')(scope, active)),
    'aws_route53_record',
  )
  const places = records.filter(({ name }) => name === HOST)
  assert.deepEqual(
    places.map((record) => [(record.alias as Block).name, record.geolocation_routing_policy]),
    [
      [`us-east-1.${HOST}`, { country: '*' }],
      [`eu-west-1.${HOST}`, { continent: 'EU' }],
      [`eu-west-1.${HOST}`, { country: 'TR' }],
    ],
  )
  const own = records.filter(({ name }) => name === `eu-west-1.${HOST}`)
  assert.deepEqual(
    own.map(({ records, failover_routing_policy }) => [records, failover_routing_policy]),
    [
      [['eu.lb.example'], { type: 'PRIMARY' }],
      [['us.lb.example'], { type: 'SECONDARY' }],
    ],
  )
})

test('when every region names its places, the first takes everyone else as well', () => {
  const placed = active.map((target, index) => {
    return index > 0 ? target : { ...target, callers: { ...nowhere, continents: ['NA'] } }
  })
  const records = blocks(
    synthesised((scope) => makeRoute53('geolocation')(scope, placed)),
    'aws_route53_record',
  )
  const others = records.find((record) => (record.geolocation_routing_policy as Block | undefined)?.country === '*')
  assert.equal((others?.alias as Block | undefined)?.name, `us-east-1.${HOST}`)
})

test('an accelerator fails over to a standby whose dial is 0, since that ignores the dial, but not the weight', () => {
  const stack = synthesised((scope) => new AcceleratorGslb(scope, 'gslb', props('failover', pair)))
  const groups = blocks(stack, 'aws_globalaccelerator_endpoint_group')
  assert.deepEqual(
    groups.map(({ endpoint_group_region, traffic_dial_percentage }) => [
      endpoint_group_region,
      traffic_dial_percentage,
    ]),
    [
      ['us-east-1', 100],
      ['us-west-2', 0],
    ],
  )
  for (const { endpoint_configuration } of groups) {
    const [{ weight, client_ip_preservation_enabled }] = endpoint_configuration as [Block]
    assert.deepEqual([weight, client_ip_preservation_enabled], [128, true])
  }
})

test('an accelerator refuses what it cannot do, and a region without a balancer', () => {
  assert.throws(() => synthesised((scope) => new AcceleratorGslb(scope, 'gslb', props('weighted', active))), {
    message: "gslb/gslb.policy: 'weighted' is nothing an accelerator does; use 'latency' or 'failover'",
  })
  const targets = pair.map(({ region, role, address }) => ({ region, role, address }))
  assert.throws(
    () => synthesised((scope) => new AcceleratorGslb(scope, 'gslb', props('failover', targets))),
    /targets\.0\.balancerArn: is missing for us-east-1; .*\n {2}targets\.1\.balancerArn: is missing for us-west-2/,
  )
})

const regions = pair.map(({ region }) => region)

test('routing controls leave one region on, and Terraform never turns one', () => {
  const stack = synthesised((scope) => new RoutingControlSwitch(scope, 'switch', { name: 'shop', regions }))
  const [rule] = blocks(stack, 'aws_route53recoverycontrolconfig_safety_rule')
  assert.deepEqual(rule?.rule_config, { inverted: false, threshold: 1, type: 'ATLEAST' })
  assert.equal((rule?.asserted_controls as unknown[] | undefined)?.length, 2)
  for (const type of ['cluster', 'control_panel', 'routing_control', 'safety_rule']) {
    for (const block of blocks(stack, `aws_route53recoverycontrolconfig_${type}`)) {
      assert.equal(block.region, undefined, 'its API is in one place only, which the provider knows')
      assert.doesNotMatch(JSON.stringify(Object.keys(block)), /state/)
    }
  }
  const checks = blocks(stack, 'aws_route53_health_check')
  for (const check of checks) assert.equal(check.type, 'RECOVERY_CONTROL')
  assert.equal(checks.length, 2)
})

test('a cluster of routing controls can be shared, and a role may turn these controls and no others', () => {
  const stack = synthesised((scope) => {
    const role = new IamRole(scope, 'operators', { name: 'operators', assumeRolePolicy: '{}' })
    const thrown = new RoutingControlSwitch(scope, 'switch', { name: 'shop', regions, clusterArn: 'arn:cluster' })
    thrown.grantSwitch(role)
  })
  assert.deepEqual(blocks(stack, 'aws_route53recoverycontrolconfig_cluster'), [])
  const [policy] = blocks(stack, 'aws_iam_role_policy')
  const [statement] = JSON.parse(`${policy?.policy}`).Statement
  assert.equal(statement.Resource.length, 2)
  assert.ok(statement.Action.every((action: string) => /^route53-recovery-cluster:\w+$/.test(action)))
})

test('a switch that is a file leaves every region on while the file, or its store, is not there', () => {
  const url = 'https://off.example/shop/'
  const stack = synthesised((scope) => new InvertedCheckSwitch(scope, 'switch', { name: 'shop', regions, url }))
  const checks = blocks(stack, 'aws_route53_health_check')
  assert.deepEqual(
    checks.map(({ fqdn, resource_path, invert_healthcheck }) => [fqdn, resource_path, invert_healthcheck]),
    regions.map((region) => ['off.example', `/shop/${region}`, true]),
  )
})

test('a record with a switch needs both: a region that is ready and on', () => {
  const stack = synthesised((scope) => {
    const failoverSwitch = new RoutingControlSwitch(scope, 'switch', { name: 'shop', regions })
    makeRoute53('failover', { failoverSwitch })(scope, pair)
  })
  const checks = resources(stack, 'aws_route53_health_check')
  for (const { health_check_id } of blocks(stack, 'aws_route53_record')) {
    const [, name = ''] = /^\$\{aws_route53_health_check\.(.+)\.id\}$/.exec(`${health_check_id}`) ?? []
    const check = checks[name] ?? assert.fail(name)
    assert.deepEqual([check.type, check.child_health_threshold], ['CALCULATED', 2])
    const children = JSON.stringify(check.child_healthchecks)
    const types = Object.entries(checks).flatMap(([child, { type }]) => (children.includes(child) ? [type] : []))
    assert.deepEqual(types.sort(), ['HTTP', 'RECOVERY_CONTROL'])
  }
})

test('a switch that does not know a region is refused', () => {
  assert.throws(
    () =>
      synthesised((scope) => {
        const url = 'https://off.example'
        const failoverSwitch = new InvertedCheckSwitch(scope, 'switch', { name: 'shop', regions: ['a', 'b'], url })
        makeRoute53('latency', { failoverSwitch })(scope, active)
      }),
    /gslb\/gslb\.failoverSwitch: has no switch for us-east-1/,
  )
})

test('health checks can be replaced while in use, whatever they check', () => {
  const stack = synthesised((scope) => {
    const failoverSwitch = new InvertedCheckSwitch(scope, 'switch', {
      name: 'shop',
      regions,
      url: 'https://off.example',
    })
    makeRoute53('failover', { failoverSwitch })(scope, pair)
  })
  const checks = blocks(stack, 'aws_route53_health_check')
  assert.equal(checks.length, 6)
  for (const { lifecycle, reference_name } of checks) {
    assert.deepEqual([lifecycle, reference_name], [{ create_before_destroy: true }, undefined])
  }
})
