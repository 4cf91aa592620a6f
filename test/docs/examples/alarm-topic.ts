import { AlarmTopic } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new AlarmTopic(stack, 'topic', {
    name: 'shop-us-west-2',
    keyArn: 'arn:aws:kms:us-west-2:123456789012:key/4567',
    transform: { topic: (topic) => topic.addOverride('display_name', 'Shop') },
  })
}
