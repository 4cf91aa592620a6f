import { DataAwsAcmCertificate } from '@cdktf/provider-aws/lib/data-aws-acm-certificate/index.js'
import type { Construct } from 'constructs'
import { DataPlaneService } from '../constructs/index.ts'
import type { HealthCheck, Region } from '../topology/index.ts'
import type { FoundationStack } from './foundation-stack.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { NetworkStack } from './network-stack.ts'
import type { RegionNames } from './region-names.ts'

export interface DataPlaneStackProps extends LayerStackProps {
  readonly names: RegionNames
  readonly described: Region
  readonly host: string
  readonly image: string
  readonly repositoryArn?: string
  readonly foundation: FoundationStack
  readonly network: NetworkStack
  /** How the balancer finds out that a gateway is gone. @default every 10 s, twice */
  readonly health?: HealthCheck
  /** Control planes of one history, the region's own first. */
  readonly controlPlanes: readonly string[]
}

/** A region's gateways. */
export class DataPlaneStack extends LayerStack {
  readonly dataPlane: DataPlaneService

  constructor(scope: Construct, id: string, props: DataPlaneStackProps) {
    super(scope, id, props)
    const { names, described, foundation, network, repositoryArn } = props
    // By name: the certificate was made and proved by the stack of the zone, but lives in this region.
    const certificate = new DataAwsAcmCertificate(this, 'certificate', {
      domain: props.host,
      statuses: ['ISSUED'],
      mostRecent: true,
    })
    const { instances, growsTo } = described.dataPlane
    this.dataPlane = new DataPlaneService(this, 'data-plane', {
      name: `${names.base}-data-plane`,
      region: props.region,
      regionIndex: described.index,
      instances,
      growsTo,
      network: network.network,
      image: props.image,
      ...(repositoryArn && { repositoryArn }),
      keyArn: foundation.key.arn,
      controlPlane: { urls: props.controlPlanes, credentials: foundation.secrets.dataPlaneIdentity.arn },
      certificateArn: certificate.arn,
      ...(props.health && { health: props.health }),
    })
  }
}
