import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js'
import type { Construct } from 'constructs'
import { refuseProps } from './invalid-prop.ts'
import { keyProblem } from './prop-rules.ts'
import { ExistingSecrets, type ExistingSecretsProps, Secrets } from './secrets.ts'
import { type Transform, transform } from './transform.ts'

export interface RegionSecretsProps {
  /** Names begin with `<name>/`. */
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** The deployment's trust domain, such as its topology's name: identities are `spiffe://<trust domain>/…`. */
  readonly trustDomain: string
  readonly region: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<RegionSecrets>
}

/**
 * What the runtime of one region must hold before it starts. Terraform makes the secrets and never sees their values,
 * so no state file holds one. `antipode credentials` fills them; the tags `Holds` and `Identity` tell it with what.
 */
export class RegionSecrets extends Secrets {
  readonly controlPlaneIdentity: SecretsmanagerSecret
  readonly dataPlaneIdentity: SecretsmanagerSecret
  readonly authority: SecretsmanagerSecret
  readonly adminKey: SecretsmanagerSecret
  readonly keyring: SecretsmanagerSecret
  readonly keyArn: string

  /** Uses secrets that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingSecretsProps): Secrets {
    return new ExistingSecrets(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: RegionSecretsProps) {
    super(scope, id)
    const { name, keyArn, trustDomain, region } = props
    refuseProps(this, { keyArn: keyProblem(this, keyArn) })
    this.keyArn = keyArn
    const secret = (key: string, description: string, tags: Record<string, string>) =>
      new SecretsmanagerSecret(this, key, {
        name: `${name}/${key}`,
        description,
        kmsKeyId: keyArn,
        recoveryWindowInDays: 7,
        tags,
      })
    const identity = (path: string) => ({ Holds: 'identity', Identity: `spiffe://${trustDomain}/${path}` })
    this.controlPlaneIdentity = secret(
      'control-plane-identity',
      'Identity of the control planes',
      identity(`region/${region}/control-plane`),
    )
    this.dataPlaneIdentity = secret('data-plane-identity', 'Identity of the data planes', identity('group/default'))
    this.authority = secret('authority', 'Authority that issues the certificates of data planes', {
      Holds: 'authority',
    })
    this.adminKey = secret('admin-key', 'Key of the Admin API', { Holds: 'key' })
    this.keyring = secret('keyring', 'Key that wraps what the database is sealed with', { Holds: 'keyring' })
    transform(this, props.transform)
  }
}
