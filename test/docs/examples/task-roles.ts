import { TaskRoles } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new TaskRoles(stack, 'roles', {
    name: 'shop',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:shop',
    secretArns: ['arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/token-0123'],
  })
}
