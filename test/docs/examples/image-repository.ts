import { ImageRepository } from 'antipode/constructs'
import { TerraformOutput, type TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const images = new ImageRepository(stack, 'images', {
    name: 'shop/antipode',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    kept: 10,
  })
  new TerraformOutput(stack, 'repository', { value: images.url })
}
