import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'

/** A group of logs, whoever made it. CloudWatch decrypts for whoever may read, so that nobody else needs the key. */
export abstract class LogStore extends Construct {
  abstract readonly logGroupArn: string

  /** Lets a role read and search what is kept here. */
  grantRead(grantee: Grantee): IamRolePolicy {
    return grant(this, grantee, 'read', {
      sid: 'ReadLogs',
      actions: ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:StartQuery'],
      resources: [this.logGroupArn, `${this.logGroupArn}:*`],
    })
  }
}

export interface ExistingLogStoreProps {
  /** Without the `:*` that some of AWS's pages append. */
  readonly logGroupArn: string
}

/** A group of logs that somebody else made; `FlowLogs.fromExisting` returns it. */
export class ExistingLogStore extends LogStore {
  readonly logGroupArn: string

  constructor(scope: Construct, id: string, props: ExistingLogStoreProps) {
    super(scope, id)
    this.logGroupArn = props.logGroupArn
  }
}
