import type { Construct } from 'constructs'
import { CloudflareZone, GatewayZone } from '../constructs/index.ts'
import { AntipodeError, type CloudflareSettings } from '../topology/index.ts'
import { useCloudflare } from './cloudflare-provider.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'

export interface DnsStackProps extends LayerStackProps {
  readonly host: string
  readonly regions: readonly string[]
  /** Hosts of clusters, each with the regions that need a certificate for it. */
  readonly clusters: readonly { readonly name: string; readonly host: string; readonly regions: readonly string[] }[]
  /** A hosted zone of Route 53 that exists. @default one is made, unless Cloudflare holds the zone */
  readonly zoneId?: string
  /** Where Cloudflare holds the zone. @default Route 53 does */
  readonly cloudflare?: CloudflareSettings
}

/** The public zone of the hosts and their certificates. It reads no state of any region. */
export class DnsStack extends LayerStack {
  readonly zone: GatewayZone | CloudflareZone
  /** The same zone, with the certificates of a cluster's host, by cluster. */
  readonly clusters: Readonly<Record<string, GatewayZone | CloudflareZone>>

  constructor(scope: Construct, id: string, props: DnsStackProps) {
    super(scope, id, props)
    const { host, regions, zoneId, cloudflare } = props
    if (cloudflare && zoneId) {
      const problem = `'${zoneId}' is a zone of Route 53, and Cloudflare holds that of ${host}; remove it`
      throw new AntipodeError('CONSTRUCT_INVALID', { path: `${this.node.path}.zoneId`, problem })
    }
    if (cloudflare) {
      useCloudflare(this)
      this.zone = new CloudflareZone(this, 'zone', { host, regions, zoneId: cloudflare.zone })
    } else this.zone = new GatewayZone(this, 'zone', { host, regions, ...(zoneId && { zoneId }) })
    const Zone = cloudflare ? CloudflareZone : GatewayZone
    this.clusters = Object.fromEntries(
      props.clusters.map(({ name, ...served }) => {
        return [name, new Zone(this, `zone-${name}`, { ...served, zoneId: this.zone.zoneId })]
      }),
    )
  }
}
