import type { Construct } from 'constructs'
import { GatewayZone } from '../constructs/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'

export interface DnsStackProps extends LayerStackProps {
  readonly host: string
  readonly regions: readonly string[]
  readonly zoneId?: string
}

/** The public zone of the host and its certificates. It reads no state of any region. */
export class DnsStack extends LayerStack {
  readonly zone: GatewayZone

  constructor(scope: Construct, id: string, props: DnsStackProps) {
    super(scope, id, props)
    const { host, regions, zoneId } = props
    this.zone = new GatewayZone(this, 'zone', { host, regions, ...(zoneId && { zoneId }) })
  }
}
