import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { Surroundings } from './surroundings.ts'

/** An Aurora Global Database as its members and those who fail it over see it, whoever made it. */
export abstract class GlobalDatabase extends Construct {
  abstract readonly identifier: string

  /** It belongs to no region. */
  get arn(): string {
    return Surroundings.of(this).arn('rds', `global-cluster:${this.identifier}`, '')
  }

  /** Lets a role decide which of these members writes. @param members ARNs of their clusters, which AWS asks for too */
  grantFailover(grantee: Grantee, ...members: readonly string[]): IamRolePolicy {
    return grant(this, grantee, 'failover', {
      sid: 'MoveTheWriter',
      actions: ['rds:DescribeGlobalClusters', 'rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
      resources: [this.arn, ...members],
    })
  }
}

export interface ExistingGlobalDatabaseProps {
  /** The name that it goes by in the whole account. */
  readonly identifier: string
}

/** A global database that somebody else made; `PostgresGlobal.fromExisting` returns it. */
export class ExistingGlobalDatabase extends GlobalDatabase {
  readonly identifier: string

  constructor(scope: Construct, id: string, props: ExistingGlobalDatabaseProps) {
    super(scope, id)
    this.identifier = props.identifier
  }
}
