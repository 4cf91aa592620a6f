import { AlarmTopic, ReplicationAlarms } from 'antipode/constructs'
import { seconds } from 'antipode/topology'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const keyArn = 'arn:aws:kms:us-west-2:123456789012:key/4567'
  const topic = new AlarmTopic(stack, 'topic', { name: 'shop-us-west-2', keyArn })
  new ReplicationAlarms(stack, 'alarms', {
    name: 'shop-us-west-2',
    databaseIdentifier: 'shop-us-west-2-g1',
    maxLag: seconds(30),
    heartbeat: true,
    topicArn: topic.arn,
    keyArn,
  })
}
