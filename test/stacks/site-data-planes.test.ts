import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology } from '../../topology/index.ts'
import { filledIn } from './configuration-in.ts'
import { resources, type SynthesisedStack, synthesise } from './synthesise.ts'

const { policy: _, ...gslb } = activePassive.gslb
const dataPlane = { address: '203.0.113.20', instances: 2, each: '4000/s', near: 'eu-central-1' }
const vpn = { network: '192.168.0.0/16', gateway: '198.51.100.9' }
const networks = ['203.0.113.16/28', '203.0.113.64/28']

const outside = synthesise(
  defineTopology({ ...activePassive, gslb, sites: { frankfurt: { dataPlane: { ...dataPlane, networks } } } }),
)
const behindVpn = synthesise(
  defineTopology({ ...activePassive, gslb, adminFrom: ['192.0.2.0/24'], sites: { ghent: { ...vpn, dataPlane } } }),
)

/** Who may call what, such as `203.0.113.16/28 7943`, by the balancer's security group. */
function openings(stack: SynthesisedStack | undefined, balancer: 'balancer' | 'public-balancer'): string[] {
  return Object.entries(resources(stack, 'aws_vpc_security_group_ingress_rule'))
    .filter(([name, { cidr_ipv4 }]) => name.startsWith(`control-plane_${balancer}_`) && cidr_ipv4)
    .map(([, { cidr_ipv4, from_port }]) => `${cidr_ipv4} ${from_port}`)
    .sort()
}

function output(stack: SynthesisedStack | undefined, name: string): string {
  const outputs = stack?.output as Record<string, { value: string }> | undefined
  return filledIn(outputs?.[name]?.value ?? '')
}

test('without a VPN the sync listener faces the internet for the networks of the site, and the Admin API for nobody', () => {
  for (const region of ['us-east-1', 'us-west-2']) {
    const stack = outside.get(`payments-${region}-control-plane`)
    assert.deepEqual(
      openings(stack, 'public-balancer'),
      networks.map((network) => `${network} 7943`),
    )
    const facing = Object.values(resources(stack, 'aws_lb')).filter(({ internal }) => internal === false)
    assert.equal(facing.length, 1)
    const listeners = Object.entries(resources(stack, 'aws_lb_listener'))
    const ports = listeners
      .filter(([name]) => name.includes('public'))
      .map(([, { port, protocol }]) => [port, protocol])
    assert.deepEqual(ports, [[7943, 'TCP']], 'bytes pass through, so that mutual TLS holds from end to end')
  }
})

test('over a VPN nothing of a control plane faces the internet', () => {
  const stack = behindVpn.get('payments-us-east-1-control-plane')
  assert.deepEqual(openings(stack, 'public-balancer'), [])
  assert.ok(openings(stack, 'balancer').includes(`${vpn.network} 7943`))
  for (const { internal } of Object.values(resources(stack, 'aws_lb'))) assert.equal(internal, true)
})

test('the Admin API opens to its region and to those in adminFrom, at the balancer and in the control plane', () => {
  const stack = behindVpn.get('payments-us-east-1-control-plane')
  const open = openings(stack, 'balancer').filter((opening) => opening.endsWith(' 9180'))
  assert.deepEqual(open, ['10.10.0.0/16 9180', '192.0.2.0/24 9180'])
  assert.match(JSON.stringify(stack), /allow_admin[\\":[]+10\.10\.0\.0\/16[\\",]+192\.0\.2\.0\/24/)
})

for (const [how, stacks, site] of [
  ['over the internet', outside, 'frankfurt'],
  ['over a VPN', behindVpn, 'ghent'],
] as const) {
  test(`a site that connects ${how} gets a configuration that the runtime reads, and no secret value`, () => {
    const stack = stacks.get(`payments-${site}-connection`)
    const { config, warnings } = loadRuntimeConfig(output(stack, 'config'), 'config.yaml', {})
    assert.deepEqual(warnings, [])
    assert.equal(config.role, 'data_plane')
    assert.equal(config.region, site)
    const host = 'https://filled-in.example:7943'
    assert.deepEqual(config.dataPlane.controlPlanes, [host, host])
    const files = Object.keys(JSON.parse(output(stack, 'secrets')))
    assert.deepEqual(
      files,
      ['tls.crt', 'tls.key', 'ca.crt'].map((file) => `/etc/antipode/${file}`),
    )
    assert.deepEqual(Object.keys(stack?.resource.aws_secretsmanager_secret_version ?? {}), [])
  })
}

test('callers and health checks find a site under one name of its own', () => {
  const stack = outside.get('payments-gslb')
  const name = 'origin-frankfurt.api.payments.example'
  const [record] = Object.values(resources(outside.get('payments-frankfurt-connection'), 'aws_route53_record'))
  assert.deepEqual([record?.name, record?.type, record?.records], [name, 'A', [dataPlane.address]])
  const answer = Object.values(resources(stack, 'aws_route53_record')).find((it) => it.set_identifier === 'frankfurt')
  assert.deepEqual([answer?.type, answer?.records], ['CNAME', [name]])
  assert.deepEqual(answer?.latency_routing_policy, { region: 'eu-central-1' })
  const checks = Object.values(resources(stack, 'aws_route53_health_check')).map(({ fqdn }) => fqdn)
  assert.ok(checks.includes(name))
})
