import { BackupCopy } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new BackupCopy(stack, 'backups', {
    name: 'shop-us-east-1',
    region: 'us-east-1',
    keyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123',
    resourceArns: ['arn:aws:rds:us-east-1:123456789012:db:shop-us-east-1-g1'],
    copyTo: { region: 'us-west-2', name: 'shop-us-west-2' },
    copyDays: 90,
  })
}
