import { CustomerGateway } from '@cdktf/provider-aws/lib/customer-gateway/index.js'
import type { Route } from '@cdktf/provider-aws/lib/route/index.js'
import { VpnConnection } from '@cdktf/provider-aws/lib/vpn-connection/index.js'
import { VpnConnectionRoute } from '@cdktf/provider-aws/lib/vpn-connection-route/index.js'
import { VpnGateway } from '@cdktf/provider-aws/lib/vpn-gateway/index.js'
import type { Construct } from 'constructs'
import { ExistingLink, type ExistingLinkProps, type LinkEnd, RegionLink } from './region-link.ts'
import { type Transform, transform } from './transform.ts'

/** A place that is not AWS, as a VPN sees it. */
export interface LinkSite {
  /** Address range of its network. */
  readonly cidr: string
  /** Public IPv4 address of its VPN device. */
  readonly gateway: string
  /** Its autonomous system, where it speaks BGP. @default none: routes are static */
  readonly asn?: number
}

export interface VpnLinkProps {
  readonly name: string
  readonly from: LinkEnd
  readonly to: LinkSite
  /** The one VPN gateway that a network can have. @default one is made */
  readonly vpnGateway?: VpnGateway
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<VpnLink>
}

/** What both tunnels insist on; the device must offer it. */
const CIPHERS = ['AES256-GCM-16']
const INTEGRITY = ['SHA2-384', 'SHA2-512']
const GROUPS = [20, 21]

/**
 * A site-to-site VPN of two tunnels from a region to a place that is not AWS. (Between two regions it cannot be: either
 * end would wait for the other's address.) The tunnels' keys are made by AWS and kept in Secrets Manager, since they
 * would be readable in the state otherwise.
 */
export class VpnLink extends RegionLink {
  readonly kind = 'vpn'
  readonly vpnGateway: VpnGateway
  readonly customerGateway: CustomerGateway
  readonly connection: VpnConnection
  readonly staticRoute: VpnConnectionRoute | undefined
  readonly routes: readonly Route[]
  protected readonly ranges: Readonly<Record<string, string>>

  /** Uses a link that somebody else made, with its routes. */
  static fromExisting(scope: Construct, id: string, props: ExistingLinkProps): RegionLink {
    return new ExistingLink(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: VpnLinkProps) {
    super(scope, id)
    const { name, from, to } = props
    const { region } = from
    const tags = { Name: name, Region: region }
    this.refuseWithoutRoutes({ from })
    this.ranges = { [region]: from.network.cidr, site: to.cidr }
    this.vpnGateway = props.vpnGateway ?? new VpnGateway(this, 'gateway', { region, vpcId: from.network.vpcId, tags })
    this.customerGateway = new CustomerGateway(this, 'customer-gateway', {
      region,
      type: 'ipsec.1',
      ipAddress: to.gateway,
      bgpAsn: `${to.asn ?? 65_000}`,
      tags,
      lifecycle: { createBeforeDestroy: true },
    })
    this.connection = new VpnConnection(this, 'connection', {
      region,
      type: 'ipsec.1',
      vpnGatewayId: this.vpnGateway.id,
      customerGatewayId: this.customerGateway.id,
      staticRoutesOnly: to.asn === undefined,
      presharedKeyStorage: 'SecretsManager',
      tunnel1IkeVersions: ['ikev2'],
      tunnel1Phase1EncryptionAlgorithms: CIPHERS,
      tunnel1Phase1IntegrityAlgorithms: INTEGRITY,
      tunnel1Phase1DhGroupNumbers: GROUPS,
      tunnel1Phase2EncryptionAlgorithms: CIPHERS,
      tunnel1Phase2IntegrityAlgorithms: INTEGRITY,
      tunnel1Phase2DhGroupNumbers: GROUPS,
      tunnel2IkeVersions: ['ikev2'],
      tunnel2Phase1EncryptionAlgorithms: CIPHERS,
      tunnel2Phase1IntegrityAlgorithms: INTEGRITY,
      tunnel2Phase1DhGroupNumbers: GROUPS,
      tunnel2Phase2EncryptionAlgorithms: CIPHERS,
      tunnel2Phase2IntegrityAlgorithms: INTEGRITY,
      tunnel2Phase2DhGroupNumbers: GROUPS,
      tags,
    })
    this.staticRoute =
      to.asn === undefined
        ? new VpnConnectionRoute(this, 'static-route', {
            region,
            vpnConnectionId: this.connection.id,
            destinationCidrBlock: to.cidr,
          })
        : undefined
    this.routes = this.addRoutes(from, to.cidr, { gatewayId: this.vpnGateway.id })
    transform(this, props.transform)
  }
}
