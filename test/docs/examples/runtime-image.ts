import { ImageRepository, RuntimeImage } from 'antipode/constructs'
import { TerraformOutput, type TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const repository = new ImageRepository(stack, 'images', {
    name: 'shop/antipode',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
  })
  const built = new RuntimeImage(stack, 'image', { repository })
  // Or one that was pushed before: nothing needs Docker then.
  const pushed = RuntimeImage.fromExisting(stack, 'released', { repository, tag: '1.4.0' })
  new TerraformOutput(stack, 'built-image', { value: built.reference })
  new TerraformOutput(stack, 'pushed-image', { value: pushed.reference })
}
