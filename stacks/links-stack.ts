import { VpnGateway } from '@cdktf/provider-aws/lib/vpn-gateway/index.js'
import type { Construct } from 'constructs'
import {
  type LinkEnd,
  PeeringLink,
  type RegionLink,
  resourceName,
  TransitGatewayHub,
  TransitGatewayLink,
  VpnLink,
} from '../constructs/index.ts'
import type { Links, Site } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'

export interface LinksStackProps extends LayerStackProps {
  readonly kind: Links['kind']
  /** Regions that must reach each other. */
  readonly pairs: readonly (readonly [string, string])[]
  readonly ends: readonly (LinkEnd & { readonly index: number })[]
  readonly sites: Readonly<Record<string, Site>>
}

/** The first autonomous system that is private; a region adds its permanent index to it. */
const PRIVATE_SYSTEMS = 64_512

/**
 * The links between regions, and of every region with every place that is not AWS and has a VPN. One of the few stacks that read more
 * than one region's state.
 */
export class LinksStack extends LayerStack {
  readonly links: readonly RegionLink[]
  /** By region; empty unless regions are linked by transit gateways. */
  readonly hubs: Readonly<Record<string, TransitGatewayHub>>

  constructor(scope: Construct, id: string, props: LinksStackProps) {
    super(scope, id, props)
    const { topology, kind, ends, sites } = props
    this.hubs = kind === 'transit-gateway' ? this.#hubs(topology, ends) : {}
    const endOf = new Map(ends.map((end) => [end.region, end]))
    const between = props.pairs.flatMap(([a, b]) => {
      const [from, to] = [endOf.get(a), endOf.get(b)]
      return kind !== 'none' && from && to ? [this.#link(topology, from, to)] : []
    })
    this.links = [...between, ...this.#sites(topology, ends, sites)]
  }

  #hubs(topology: string, ends: LinksStackProps['ends']): Readonly<Record<string, TransitGatewayHub>> {
    const hubs = ends.map(({ region, network, index }): [string, TransitGatewayHub] => {
      const name = `${topology}-${region}`
      return [
        region,
        new TransitGatewayHub(this, `hub-${region}`, { name, region, network, asn: PRIVATE_SYSTEMS + index }),
      ]
    })
    return Object.fromEntries(hubs)
  }

  #link(topology: string, from: LinkEnd, to: LinkEnd): RegionLink {
    const props = { name: resourceName(128, topology, from.region, to.region), from, to }
    const id = `${from.region}-${to.region}`
    const hubs = { from: this.hubs[from.region], to: this.hubs[to.region] }
    if (!hubs.from || !hubs.to) return new PeeringLink(this, id, props)
    return new TransitGatewayLink(this, id, { ...props, hubs: { from: hubs.from, to: hubs.to } })
  }

  #sites(topology: string, ends: readonly LinkEnd[], sites: LinksStackProps['sites']): RegionLink[] {
    const reached = Object.entries(sites).flatMap(([site, { network: cidr, gateway, asn }]) => {
      return cidr !== null && gateway !== null ? [{ site, to: { cidr, gateway, ...(asn !== null && { asn }) } }] : []
    })
    if (reached.length === 0) return []
    return ends.flatMap((from) => {
      const { region, network } = from
      const tags = { Name: `${topology}-${region}`, Region: region }
      const vpnGateway = new VpnGateway(this, `vpn-gateway-${region}`, { region, vpcId: network.vpcId, tags })
      return reached.map(({ site, to }) => {
        const name = resourceName(128, topology, region, site)
        return new VpnLink(this, `${region}-${site}`, { name, from, to, vpnGateway })
      })
    })
  }
}
