import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js'
import { Construct } from 'constructs'
import { grant } from './grant.ts'
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
export class RegionSecrets extends Construct {
  /** JSON `{ certificate, key, authority }`, PEM each: a control plane's identity and the authority it trusts. */
  readonly controlPlaneIdentity: SecretsmanagerSecret
  /** JSON `{ certificate, key, authority }`, PEM each: the bundle of the data planes. */
  readonly dataPlaneIdentity: SecretsmanagerSecret
  /** JSON `{ certificate, key }`, PEM each: the authority that issues data planes their own certificates. */
  readonly authority: SecretsmanagerSecret
  /** The key of the Admin API. */
  readonly adminKey: SecretsmanagerSecret

  constructor(scope: Construct, id: string, props: RegionSecretsProps) {
    super(scope, id)
    const { name, keyArn, trustDomain, region } = props
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
    transform(this, props.transform)
  }

  /** Lets a role read these secrets; it needs `RegionKey.grantDecrypt` as well. @param secrets @default all of them */
  grantRead(role: IamRole, ...secrets: readonly SecretsmanagerSecret[]): IamRolePolicy {
    return grant(this, role, 'read', {
      sid: 'ReadSecrets',
      actions: ['secretsmanager:GetSecretValue'],
      resources: (secrets.length > 0 ? secrets : this.#all()).map(({ arn }) => arn),
    })
  }

  /** Lets a role fill them, and read none. */
  grantFill(role: IamRole): IamRolePolicy {
    return grant(this, role, 'fill', {
      sid: 'FillSecrets',
      actions: ['secretsmanager:PutSecretValue'],
      resources: this.#all().map(({ arn }) => arn),
    })
  }

  #all(): SecretsmanagerSecret[] {
    return [this.controlPlaneIdentity, this.dataPlaneIdentity, this.authority, this.adminKey]
  }
}
