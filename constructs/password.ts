import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'

/** The secret with a database's password and nothing else, whoever made it. */
export abstract class Password extends Construct {
  abstract readonly arn: string
  /** Undefined where AWS's own key encrypts it. */
  abstract readonly keyArn: string | undefined

  /** Lets a role read the password. */
  grantRead(grantee: Grantee): IamRolePolicy {
    const actions = ['secretsmanager:GetSecretValue']
    const read = { sid: 'ReadPassword', actions, resources: [this.arn] }
    const { region } = Surroundings.of(this)
    const decrypt = this.keyArn ? [keyUseThrough('secretsmanager', region, this.keyArn)] : []
    return grant(this, grantee, 'read', read, ...decrypt)
  }
}

export interface ExistingPasswordProps {
  /** Of the secret. */
  readonly arn: string
  /** ARN of the key that encrypts it. @default none: AWS's own */
  readonly keyArn?: string
}

/** A password that somebody else made; `DatabaseSecret.fromExisting` returns it. */
export class ExistingPassword extends Password {
  readonly arn: string
  readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, props: ExistingPasswordProps) {
    super(scope, id)
    this.arn = props.arn
    this.keyArn = props.keyArn
  }
}
