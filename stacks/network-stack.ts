import type { Construct } from 'constructs'
import { AccessLogs, type Key, RegionNetwork } from '../constructs/index.ts'
import type { Region } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { RegionNames } from './region-names.ts'

/** A region's network, and where its connections are noted. */
export class NetworkStack extends LayerStack {
  readonly network: RegionNetwork
  readonly accessLogs: AccessLogs

  constructor(
    scope: Construct,
    id: string,
    props: LayerStackProps & { readonly names: RegionNames; readonly described: Region; readonly key: Key },
  ) {
    super(scope, id, props)
    const { names, described, region, key } = props
    this.network = new RegionNetwork(this, 'network', {
      name: names.base,
      cidr: described.network,
      zones: described.zones.map((letter) => `${region}${letter}`),
      privateZone: names.privateZone,
      flowLogs: { keyArn: key.arn },
    })
    this.accessLogs = new AccessLogs(this, 'access-logs', { name: names.base, keyArn: key.arn })
  }
}
