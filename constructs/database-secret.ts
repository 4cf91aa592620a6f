import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js'
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js'
import type { Construct } from 'constructs'
import { EphemeralResource } from './ephemeral-resource.ts'
import { refuseProps } from './invalid-prop.ts'
import { ExistingPassword, type ExistingPasswordProps, Password } from './password.ts'
import { keyProblem, wholeNumberProblem } from './prop-rules.ts'
import { type Transform, transform } from './transform.ts'

export interface DatabaseSecretProps {
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** Regions that get a copy, each encrypted with the key of that region. @default none */
  readonly replicas?: readonly { readonly region: string; readonly keyAlias: string }[]
  /** Raised, together with the database's `passwordVersion`, to have a new password made. @default 1 */
  readonly version?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<DatabaseSecret>
}

/**
 * The database's password: made by Secrets Manager while Terraform runs, handed on through write-only arguments, kept
 * in no state and no plan. (RDS's own managed password would rule out replicas in other regions.)
 */
export class DatabaseSecret extends Password {
  readonly secret: SecretsmanagerSecret
  readonly version: SecretsmanagerSecretVersion
  readonly keyArn: string

  /** Uses a password that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingPasswordProps): Password {
    return new ExistingPassword(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: DatabaseSecretProps) {
    super(scope, id)
    const { name, keyArn, replicas = [], version = 1 } = props
    refuseProps(this, { keyArn: keyProblem(this, keyArn), version: wholeNumberProblem(version, 1) })
    this.keyArn = keyArn
    this.secret = new SecretsmanagerSecret(this, 'secret', {
      name,
      description: 'Password of the database of the control planes',
      kmsKeyId: keyArn,
      recoveryWindowInDays: 7,
      ...(replicas.length > 0 && {
        replica: replicas.map(({ region, keyAlias }) => ({ region, kmsKeyId: keyAlias })),
      }),
    })
    const password = new EphemeralResource(this, 'password', {
      type: 'aws_secretsmanager_random_password',
      arguments: { password_length: 40, exclude_punctuation: true },
    })
    this.version = new SecretsmanagerSecretVersion(this, 'version', {
      secretId: this.secret.id,
      secretStringWo: password.attribute('random_password'),
      secretStringWoVersion: version,
    })
    transform(this, props.transform)
  }

  get arn(): string {
    return this.secret.arn
  }
}
