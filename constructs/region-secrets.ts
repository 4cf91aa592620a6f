import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js'
import { Construct } from 'constructs'

export interface RegionSecretsProps {
  /** Names begin with `<name>/`. */
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
}

/**
 * What the runtime of one region must hold before it starts. Terraform makes the secrets and never sees their values,
 * so no state file holds one; whoever runs the deployment's authority puts them in.
 */
export class RegionSecrets extends Construct {
  /** JSON `{ certificate, key, authority }`, PEM each: a control plane's identity and the authority it trusts. */
  readonly controlPlaneIdentity: SecretsmanagerSecret
  /** JSON `{ certificate, key, authority }`, PEM each: the bundle of the data planes. */
  readonly dataPlaneIdentity: SecretsmanagerSecret
  /** JSON `{ certificate, key }`, PEM each: the authority that issues data planes their own certificates. */
  readonly authority: SecretsmanagerSecret
  /** The key of the Admin API. */
  readonly adminKey: SecretsmanagerSecret

  constructor(scope: Construct, id: string, { name, keyArn }: RegionSecretsProps) {
    super(scope, id)
    const secret = (key: string, description: string) =>
      new SecretsmanagerSecret(this, key, {
        name: `${name}/${key}`,
        description,
        kmsKeyId: keyArn,
        recoveryWindowInDays: 7,
      })
    this.controlPlaneIdentity = secret('control-plane-identity', 'Identity of the control planes')
    this.dataPlaneIdentity = secret('data-plane-identity', 'Identity of the data planes')
    this.authority = secret('authority', 'Authority that issues the certificates of data planes')
    this.adminKey = secret('admin-key', 'Key of the Admin API')
  }
}
