import { DataPlaneService, type Network } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack, network: Network): void {
  const gateways = new DataPlaneService(stack, 'gateways', {
    name: 'shop-us-east-1-data-plane',
    region: 'us-east-1',
    regionIndex: 1,
    network,
    instances: 2,
    growsTo: 6,
    image: 'registry.example/antipode:1.4.0',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0123',
    controlPlane: {
      urls: ['https://control-plane.us-east-1.shop.internal:7943'],
      credentials: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/us-east-1/data-plane-identity-0123',
    },
  })
  gateways.service.addOverride('propagate_tags', 'TASK_DEFINITION')
}
