import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { Surroundings } from './surroundings.ts'

/** A vault of backups in one region, whoever made it. */
export abstract class Backups extends Construct {
  abstract readonly vaultArn: string
  /** ARN of the role by which AWS Backup makes a database out of a backup. */
  abstract readonly restoreRoleArn: string

  /** Lets a role make databases out of the backups of databases that are here. */
  grantRestore(grantee: Grantee): IamRolePolicy {
    const surroundings = Surroundings.of(this)
    const snapshots = ['snapshot', 'cluster-snapshot'].map((kind) => surroundings.arn('rds', `${kind}:awsbackup:*`))
    return grant(
      this,
      grantee,
      'restore',
      {
        sid: 'FindBackups',
        actions: ['backup:DescribeBackupVault', 'backup:ListRecoveryPointsByBackupVault'],
        resources: [this.vaultArn],
      },
      {
        sid: 'RestoreThem',
        actions: ['backup:DescribeRecoveryPoint', 'backup:GetRecoveryPointRestoreMetadata', 'backup:StartRestoreJob'],
        resources: snapshots,
      },
      {
        sid: 'ThroughItsRole',
        actions: ['iam:PassRole'],
        resources: [this.restoreRoleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
      },
    )
  }
}

export interface ExistingBackupsProps {
  /** Of the vault, in this region. */
  readonly vaultArn: string
  /** Of a role that AWS Backup may assume, with `AWSBackupServiceRolePolicyForRestores`. */
  readonly restoreRoleArn: string
}

/** A vault that somebody else made; `BackupCopy.fromExisting` returns it. */
export class ExistingBackups extends Backups {
  readonly vaultArn: string
  readonly restoreRoleArn: string

  constructor(scope: Construct, id: string, props: ExistingBackupsProps) {
    super(scope, id)
    this.vaultArn = props.vaultArn
    this.restoreRoleArn = props.restoreRoleArn
  }
}
