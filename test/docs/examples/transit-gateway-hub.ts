import { type Network, TransitGatewayHub } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

/** One serves every `TransitGatewayLink` of its region. */
export function example(stack: TerraformStack, network: Network): void {
  new TransitGatewayHub(stack, 'hub', { name: 'shop-us-east-1', region: 'us-east-1', network, asn: 64_513 })
}
