import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'

/** A secret as its readers name it. */
export interface Secret {
  readonly arn: string
}

/** What the runtime of one region must hold before it starts, whoever made it. */
export abstract class Secrets extends Construct {
  /** JSON `{ certificate, key, authority }`, PEM each: a control plane's identity and the authority it trusts. */
  abstract readonly controlPlaneIdentity: Secret
  /** JSON `{ certificate, key, authority }`, PEM each: the bundle of the data planes. */
  abstract readonly dataPlaneIdentity: Secret
  /** JSON `{ certificate, key }`, PEM each: the authority that issues data planes their own certificates. */
  abstract readonly authority: Secret
  /** The key of the Admin API. */
  abstract readonly adminKey: Secret
  /** The key that wraps what the database's secrets are sealed with: 32 bytes in base64. Undefined where none are. */
  abstract readonly keyring: Secret | undefined
  /** Undefined where AWS's own key encrypts them. */
  abstract readonly keyArn: string | undefined

  /** Lets a role read these secrets. @param secrets @default all of them */
  grantRead(grantee: Grantee, ...secrets: readonly Secret[]): IamRolePolicy {
    const read = secrets.length > 0 ? secrets : this.#all()
    return this.#grant(grantee, 'read', 'secretsmanager:GetSecretValue', read, ['kms:Decrypt'])
  }

  /** Lets a role fill them, and read none. */
  grantFill(grantee: Grantee): IamRolePolicy {
    // To encrypt a new version, Secrets Manager makes a data key and has to open it.
    const encrypt = ['kms:Decrypt', 'kms:GenerateDataKey']
    return this.#grant(grantee, 'fill', 'secretsmanager:PutSecretValue', this.#all(), encrypt)
  }

  #grant(grantee: Grantee, what: string, action: string, secrets: readonly Secret[], key: readonly string[]) {
    const { region } = Surroundings.of(this)
    const named = { sid: 'TheseSecrets', actions: [action], resources: secrets.map(({ arn }) => arn) }
    const encrypted = this.keyArn ? [keyUseThrough('secretsmanager', region, this.keyArn, key)] : []
    return grant(this, grantee, what, named, ...encrypted)
  }

  #all(): Secret[] {
    const all = [this.controlPlaneIdentity, this.dataPlaneIdentity, this.authority, this.adminKey]
    return this.keyring ? [...all, this.keyring] : all
  }
}

export interface ExistingSecretsProps {
  /** ARN of each, and for what it holds see `Secrets`. */
  readonly arns: {
    readonly controlPlaneIdentity: string
    readonly dataPlaneIdentity: string
    readonly authority: string
    readonly adminKey: string
    /** @default none: nothing is sealed */
    readonly keyring?: string
  }
  /** ARN of the key that encrypts them. @default none: AWS's own */
  readonly keyArn?: string
}

/** Secrets that somebody else made; `RegionSecrets.fromExisting` returns them. */
export class ExistingSecrets extends Secrets {
  readonly controlPlaneIdentity: Secret
  readonly dataPlaneIdentity: Secret
  readonly authority: Secret
  readonly adminKey: Secret
  readonly keyring: Secret | undefined
  readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, { arns, keyArn }: ExistingSecretsProps) {
    super(scope, id)
    this.controlPlaneIdentity = { arn: arns.controlPlaneIdentity }
    this.dataPlaneIdentity = { arn: arns.dataPlaneIdentity }
    this.authority = { arn: arns.authority }
    this.adminKey = { arn: arns.adminKey }
    this.keyring = arns.keyring === undefined ? undefined : { arn: arns.keyring }
    this.keyArn = keyArn
  }
}
