import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack } from 'cdktf'
import {
  type LinkEnd,
  PeeringLink,
  type RegionLink,
  RegionNetwork,
  TransitGatewayHub,
  TransitGatewayLink,
  VpnLink,
} from '../../constructs/index.ts'
import { type Block, resources, synthesiseStack } from '../stacks/synthesise.ts'

/** What every kind of link is held to: the kind, how it is made, and the regions and ranges that its routes lead to. */
const KINDS: readonly [
  RegionLink['kind'],
  (stack: TerraformStack, from: LinkEnd, to: LinkEnd) => RegionLink,
  string[],
][] = [
  [
    'peering',
    (stack, from, to) => new PeeringLink(stack, 'link', { name: 'link', from, to }),
    ['us-east-1 to 10.2.0.0/16', 'us-west-2 to 10.1.0.0/16'],
  ],
  [
    'transit-gateway',
    (stack, from, to) => {
      const hub = ({ region, network }: LinkEnd, asn: number) =>
        new TransitGatewayHub(stack, `hub-${region}`, { name: region, region, network, asn })
      const hubs = { from: hub(from, 64_513), to: hub(to, 64_514) }
      return new TransitGatewayLink(stack, 'link', { name: 'link', from, to, hubs })
    },
    ['us-east-1 to 10.2.0.0/16', 'us-west-2 to 10.1.0.0/16'],
  ],
  [
    'vpn',
    (stack, from) => {
      const to = { cidr: '192.168.0.0/16', gateway: '203.0.113.7' }
      return new VpnLink(stack, 'link', { name: 'link', from, to })
    },
    ['us-east-1 to 192.168.0.0/16'],
  ],
]

function synthesised(make: (stack: TerraformStack) => unknown) {
  return synthesiseStack((app) => {
    const stack = new TerraformStack(app, 'links')
    new AwsProvider(stack, 'aws', { region: 'us-east-1' })
    make(stack)
    return stack
  })
}

function end(stack: TerraformStack, region: string, cidr: string, privateRouteTableIds = ['rtb-1', 'rtb-2']): LinkEnd {
  const props = { vpcId: `vpc-${region}`, cidr, privateSubnetIds: ['subnet-1', 'subnet-2'], privateRouteTableIds }
  return { region, network: RegionNetwork.fromExisting(stack, region, props), privateZoneId: `zone-${region}` }
}

for (const [kind, make, ways] of KINDS) {
  const linked = synthesised((stack) => {
    const link = make(stack, end(stack, 'us-east-1', '10.1.0.0/16'), end(stack, 'us-west-2', '10.2.0.0/16'))
    assert.equal(link.kind, kind)
    assert.equal(link.routes.length, 2 * ways.length)
  })

  test(`${kind}: every private table at an end that is AWS leads to the other end`, () => {
    const routes = Object.values(resources(linked, 'aws_route'))
    const found = routes.map(({ region, destination_cidr_block: to }) => `${region} to ${to}`)
    assert.deepEqual([...new Set(found)], ways)
    assert.equal(new Set(routes.map((route) => `${route.region} ${route.route_table_id}`)).size, 2 * ways.length)
  })

  test(`${kind}: regions resolve each other’s names`, () => {
    const zones = Object.values(resources(linked, 'aws_route53_zone_association')).map(
      ({ zone_id, vpc_id, vpc_region }) => {
        return `${zone_id} in ${vpc_id} of ${vpc_region}`
      },
    )
    const both = ['zone-us-east-1 in vpc-us-west-2 of us-west-2', 'zone-us-west-2 in vpc-us-east-1 of us-east-1']
    assert.deepEqual(zones, kind === 'vpn' ? [] : both)
  })

  test(`${kind}: every resource says which region it is in`, () => {
    for (const [type, named] of Object.entries(linked.resource)) {
      if (type === 'aws_route53_zone_association') continue
      for (const [name, { region }] of Object.entries(named)) {
        assert.match(`${region}`, /^us-(east-1|west-2)$/, `${type}.${name}`)
      }
    }
  })

  test(`${kind}: a network whose tables are not known is refused with the path of the prop`, () => {
    assert.throws(
      () =>
        synthesised((stack) =>
          make(stack, end(stack, 'us-east-1', '10.1.0.0/16', []), end(stack, 'us-west-2', '10.2.0.0/16')),
        ),
      /links\/link\.from\.network\.privateRouteTableIds: is empty; name the tables/,
    )
  })
}

function transit(): ReturnType<typeof synthesised> {
  const make = KINDS[1]?.[1] ?? assert.fail()
  return synthesised((stack) =>
    make(stack, end(stack, 'us-east-1', '10.1.0.0/16'), end(stack, 'us-west-2', '10.2.0.0/16')),
  )
}

test('peered transit gateways exchange no routes, so each has a static one, and none to a peering still pending', () => {
  const routes = Object.values(resources(transit(), 'aws_ec2_transit_gateway_route'))
  assert.deepEqual(
    routes.map(({ region, destination_cidr_block }) => [region, destination_cidr_block]),
    [
      ['us-east-1', '10.2.0.0/16'],
      ['us-west-2', '10.1.0.0/16'],
    ],
  )
  for (const { transit_gateway_attachment_id: by } of routes) {
    assert.match(`${by}`, /aws_ec2_transit_gateway_peering_attachment_accepter/)
  }
})

test('a table gets its route once its network is attached to the transit gateway', () => {
  for (const route of Object.values(resources(transit(), 'aws_route'))) {
    assert.match(`${route.depends_on}`, /^aws_ec2_transit_gateway_vpc_attachment\./)
  }
})

test('the keys of a VPN reach no state, and old ciphers no tunnel', () => {
  const vpn = (asn?: number) =>
    synthesised((stack) => {
      const to = { cidr: '192.168.0.0/16', gateway: '203.0.113.7', ...(asn && { asn }) }
      new VpnLink(stack, 'link', { name: 'link', from: end(stack, 'us-east-1', '10.1.0.0/16'), to })
    })
  const connection = ({ resource }: { resource: Readonly<Record<string, Record<string, Block>>> }) =>
    Object.values(resource.aws_vpn_connection ?? {})[0] ?? assert.fail()
  const quiet = connection(vpn())
  assert.equal(quiet.preshared_key_storage, 'SecretsManager')
  for (const tunnel of ['tunnel1', 'tunnel2']) {
    assert.equal(quiet[`${tunnel}_preshared_key`], undefined)
    assert.deepEqual(quiet[`${tunnel}_ike_versions`], ['ikev2'])
  }
  assert.equal(quiet.static_routes_only, true)
  assert.equal(Object.keys(vpn().resource.aws_vpn_connection_route ?? {}).length, 1)
  assert.equal(connection(vpn(65_010)).static_routes_only, false)
  assert.deepEqual(vpn(65_010).resource.aws_vpn_connection_route, undefined)
})

test('what a construct made can be changed by the name under which it holds it', () => {
  const linked = synthesised((stack) => {
    const [from, to] = [end(stack, 'us-east-1', '10.1.0.0/16'), end(stack, 'us-west-2', '10.2.0.0/16')]
    new PeeringLink(stack, 'link', {
      name: 'link',
      from,
      to,
      transform: {
        connection: (connection) => connection.addOverride('tags.Owner', 'network team'),
        routes: (route, key) => route.addOverride('timeouts', { create: `${key}m` }),
      },
    })
  })
  const [connection] = Object.values(resources(linked, 'aws_vpc_peering_connection'))
  assert.deepEqual(connection?.tags, { Name: 'link', Region: 'us-east-1', Owner: 'network team' })
  const timeouts = Object.values(resources(linked, 'aws_route')).map((route) => (route.timeouts as Block).create)
  assert.deepEqual(timeouts, ['0m', '1m', '2m', '3m'])
})
