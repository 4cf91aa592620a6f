import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough } from './policy-document.ts'
import type { Secret } from './secrets.ts'
import { Surroundings } from './surroundings.ts'

/** The identities of a region's data planes, one per gateway group, whoever made them. */
export abstract class GroupIdentities extends Construct {
  /** By group: JSON `{ certificate, key, authority }`, PEM each. */
  abstract readonly identities: Readonly<Record<string, Secret>>
  /** Undefined where AWS's own key encrypts them. */
  abstract readonly keyArn: string | undefined

  /** Lets a role read the identities of these groups. @param groups @default all of them */
  grantRead(grantee: Grantee, ...groups: readonly string[]): IamRolePolicy {
    return this.#grant(grantee, 'read', 'secretsmanager:GetSecretValue', groups, ['kms:Decrypt'])
  }

  /** Lets a role fill them, and read none. */
  grantFill(grantee: Grantee): IamRolePolicy {
    return this.#grant(grantee, 'fill', 'secretsmanager:PutSecretValue', [], ['kms:Decrypt', 'kms:GenerateDataKey'])
  }

  #grant(grantee: Grantee, what: string, action: string, groups: readonly string[], key: readonly string[]) {
    const named = Object.entries(this.identities).filter(([group]) => groups.length === 0 || groups.includes(group))
    const these = { sid: 'TheseSecrets', actions: [action], resources: named.map(([, { arn }]) => arn) }
    const { region } = Surroundings.of(this)
    const encrypted = this.keyArn ? [keyUseThrough('secretsmanager', region, this.keyArn, key)] : []
    return grant(this, grantee, what, these, ...encrypted)
  }
}

export interface ExistingGroupIdentitiesProps {
  /** By group. */
  readonly arns: Readonly<Record<string, string>>
  /** ARN of the key that encrypts them. @default none: AWS's own */
  readonly keyArn?: string
}

/** Identities that somebody else made; `GroupSecrets.fromExisting` returns them. */
export class ExistingGroupIdentities extends GroupIdentities {
  readonly identities: Readonly<Record<string, Secret>>
  readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, { arns, keyArn }: ExistingGroupIdentitiesProps) {
    super(scope, id)
    this.identities = Object.fromEntries(Object.entries(arns).map(([group, arn]) => [group, { arn }]))
    this.keyArn = keyArn
  }
}
