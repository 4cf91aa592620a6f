import { RegionKey } from 'antipode/constructs'
import { TerraformOutput, type TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const key = new RegionKey(stack, 'key', { name: 'shop-us-east-1' })
  new TerraformOutput(stack, 'key-arn', { value: key.arn })
}
