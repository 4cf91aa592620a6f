import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'

/** A key of one region, whoever made it. */
export abstract class Key extends Construct {
  abstract readonly arn: string

  /** Lets a role read what the key encrypts, and write more of it. */
  grantUse(grantee: Grantee): IamRolePolicy {
    const actions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']
    return grant(this, grantee, 'use', { sid: 'UseKey', actions, resources: [this.arn] })
  }

  /** Lets a role encrypt with the key, and read nothing of it. */
  grantEncrypt(grantee: Grantee): IamRolePolicy {
    const actions = ['kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']
    return grant(this, grantee, 'encrypt', { sid: 'EncryptWithKey', actions, resources: [this.arn] })
  }

  /** Lets a role read what the key encrypts. */
  grantDecrypt(grantee: Grantee): IamRolePolicy {
    return grant(this, grantee, 'decrypt', { sid: 'DecryptWithKey', actions: ['kms:Decrypt'], resources: [this.arn] })
  }
}

export interface ExistingKeyProps {
  /** Of the key itself: policies do not see through aliases. */
  readonly arn: string
}

/**
 * A key that somebody else made; `RegionKey.fromExisting` returns it. Its policy must let the services use it that
 * `RegionKey` names.
 */
export class ExistingKey extends Key {
  readonly arn: string

  constructor(scope: Construct, id: string, props: ExistingKeyProps) {
    super(scope, id)
    this.arn = props.arn
  }
}
