import { PostgresPrimary } from 'antipode/constructs'
import { TerraformOutput, type TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const database = PostgresPrimary.fromExisting(stack, 'database', {
    address: 'shop.0123.us-east-1.rds.amazonaws.com',
    arn: 'arn:aws:rds:us-east-1:123456789012:db:shop',
    securityGroupId: 'sg-0123',
  })
  database.connections.allowFrom({ as: 'analysts', cidr: '10.9.0.0/24' })
  new TerraformOutput(stack, 'address', { value: database.address })
}
