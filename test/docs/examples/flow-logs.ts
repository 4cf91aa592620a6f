import { FlowLogs } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/0123'
  new FlowLogs(stack, 'flow-logs', { name: 'shop', vpcId: 'vpc-0123', keyArn, days: 30 })
}
