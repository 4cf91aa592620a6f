import { EphemeralResource } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new EphemeralResource(stack, 'token', {
    type: 'aws_secretsmanager_secret_version',
    arguments: { secret_id: 'shop/token' },
  })
}
