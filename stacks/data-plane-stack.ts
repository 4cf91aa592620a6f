import { DataAwsAcmCertificate } from '@cdktf/provider-aws/lib/data-aws-acm-certificate/index.js'
import type { Construct } from 'constructs'
import { DataPlaneService } from '../constructs/index.ts'
import type { CloudflareSettings, DataPlaneCapacity, HealthCheck } from '../topology/index.ts'
import { type FallbackPlace, fallbackStore } from './fallback-place.ts'
import type { FoundationStack } from './foundation-stack.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { NetworkStack } from './network-stack.ts'
import type { RegionNames } from './region-names.ts'

export interface DataPlaneStackProps extends LayerStackProps {
  readonly names: RegionNames
  /** The region's permanent index. */
  readonly index: number
  /** Names the service: the region's `data-plane`, or `data-plane-<cluster>`. */
  readonly service: string
  readonly capacity: DataPlaneCapacity
  /** The gateway group whose configuration these serve. */
  readonly group: string
  readonly host: string
  readonly image: string
  readonly repositoryArn?: string
  readonly foundation: FoundationStack
  readonly network: NetworkStack
  /** How the balancer finds out that a gateway is gone. @default every 10 s, twice */
  readonly health?: HealthCheck
  /** Where Cloudflare checks their health, and with `proxied` alone may call. @default Route 53 checks */
  readonly cloudflare?: CloudflareSettings
  /** Where they start from while no control plane answers. */
  readonly fallback?: FallbackPlace
  /** Control planes of one history, the region's own first. */
  readonly controlPlanes: readonly string[]
}

/** A cluster of a region's gateways. */
export class DataPlaneStack extends LayerStack {
  readonly dataPlane: DataPlaneService

  constructor(scope: Construct, id: string, props: DataPlaneStackProps) {
    super(scope, id, props)
    const { names, capacity, group, foundation, network, repositoryArn } = props
    // By name: the certificate was made and proved by the stack of the zone, but lives in this region.
    const certificate = new DataAwsAcmCertificate(this, 'certificate', {
      domain: props.host,
      statuses: ['ISSUED'],
      mostRecent: true,
    })
    const { instances, growsTo } = capacity
    this.dataPlane = new DataPlaneService(this, 'data-plane', {
      name: `${names.base}-${props.service}`,
      region: props.region,
      regionIndex: props.index,
      instances,
      growsTo,
      network: network.network,
      image: props.image,
      ...(repositoryArn && { repositoryArn }),
      keyArn: foundation.key.arn,
      controlPlane: { urls: props.controlPlanes, credentials: foundation.dataPlaneIdentity(group) },
      group,
      ...(props.fallback && { fallback: fallbackStore(this, props.fallback) }),
      certificateArn: certificate.arn,
      accessLogs: network.accessLogs,
      ...(props.health && { health: props.health }),
      ...(props.cloudflare && { cloudflare: { proxied: props.cloudflare.proxied } }),
    })
  }
}
