import { BackupPlan } from '@cdktf/provider-aws/lib/backup-plan/index.js'
import { BackupSelection } from '@cdktf/provider-aws/lib/backup-selection/index.js'
import { BackupVault } from '@cdktf/provider-aws/lib/backup-vault/index.js'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js'
import type { Construct } from 'constructs'
import { Backups, ExistingBackups, type ExistingBackupsProps } from './backups.ts'
import { refuseProps } from './invalid-prop.ts'
import { policyDocument } from './policy-document.ts'
import { keyProblem, wholeNumberProblem } from './prop-rules.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface BackupCopyProps {
  /** Names begin with it. */
  readonly name: string
  readonly region: string
  /** ARN of the key of the region: it encrypts the vault. */
  readonly keyArn: string
  /** ARNs of what is backed up. */
  readonly resourceArns: readonly string[]
  /** The other region, and the name by which its own `BackupCopy` goes. */
  readonly copyTo: { readonly region: string; readonly name: string }
  /** When, as a cron expression of AWS in UTC. @default 'cron(0 3 * * ? *)': daily at three */
  readonly schedule?: string
  /** Days that a backup is kept in this region. @default 14 */
  readonly days?: number
  /** Days that a copy is kept in the other region. @default 35 */
  readonly copyDays?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<BackupCopy>
}

/**
 * Backs up a region's database and copies every backup to another region's vault, encrypted there with that region's
 * key: what is left when a region and its keys are lost, or when a mistake has replicated. It is made by AWS Backup,
 * which treats a replica like any database, so that a change of roles changes nothing here. The other vault is known by
 * its name; a copy made before that one exists fails, and the next one does not.
 */
export class BackupCopy extends Backups {
  readonly vault: BackupVault
  readonly role: IamRole
  readonly rolePolicy: IamRolePolicyAttachment
  readonly plan: BackupPlan
  readonly selection: BackupSelection
  /** There before it is needed: on the day that it is, IAM may not be able to make it. */
  readonly restoreRole: IamRole
  readonly restorePolicy: IamRolePolicyAttachment

  /** Uses a vault that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingBackupsProps): Backups {
    return new ExistingBackups(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: BackupCopyProps) {
    super(scope, id)
    const { name, region, copyTo, days = 14, copyDays = 35 } = props
    const { schedule = 'cron(0 3 * * ? *)' } = props
    refuseProps(this, {
      'copyTo.region': copyTo.region === region && `${region} is where the backups are; name another region`,
      resourceArns: props.resourceArns.length === 0 && 'is empty; name what is backed up',
      keyArn: keyProblem(this, props.keyArn),
      schedule:
        !/^(cron\([^)]+\)|rate\([^)]+\))$/.test(schedule) &&
        `'${schedule}' is no schedule; use one like cron(0 3 * * ? *)`,
      days: wholeNumberProblem(days, 1),
      copyDays: wholeNumberProblem(copyDays, 1),
    })
    const surroundings = Surroundings.of(this)
    const { partition, account } = surroundings
    this.vault = new BackupVault(this, 'vault', { name: backupVaultName(name), kmsKeyArn: props.keyArn })
    const assumeRolePolicy = policyDocument({
      principals: { Service: 'backup.amazonaws.com' },
      actions: ['sts:AssumeRole'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    })
    const policies = `arn:${partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor`
    this.role = new IamRole(this, 'role', { name: resourceName(64, name, 'backup'), assumeRolePolicy })
    this.rolePolicy = new IamRolePolicyAttachment(this, 'role-policy', {
      role: this.role.name,
      policyArn: `${policies}Backup`,
    })
    this.restoreRole = new IamRole(this, 'restore-role', { name: resourceName(64, name, 'restore'), assumeRolePolicy })
    this.restorePolicy = new IamRolePolicyAttachment(this, 'restore-policy', {
      role: this.restoreRole.name,
      policyArn: `${policies}Restores`,
    })
    this.plan = new BackupPlan(this, 'plan', {
      name: resourceName(50, name),
      rule: [
        {
          ruleName: 'copied',
          targetVaultName: this.vault.name,
          schedule,
          lifecycle: { deleteAfter: days },
          copyAction: [
            {
              destinationVaultArn: surroundings.arn(
                'backup',
                `backup-vault:${backupVaultName(copyTo.name)}`,
                copyTo.region,
              ),
              lifecycle: { deleteAfter: copyDays },
            },
          ],
        },
      ],
    })
    this.selection = new BackupSelection(this, 'selection', {
      name: resourceName(50, name),
      planId: this.plan.id,
      iamRoleArn: this.role.arn,
      resources: [...props.resourceArns],
      dependsOn: [this.rolePolicy],
    })
    transform(this, props.transform)
  }

  get vaultArn(): string {
    return this.vault.arn
  }

  get restoreRoleArn(): string {
    return this.restoreRole.arn
  }
}

/** Of the vault that a region's `BackupCopy` makes, by which other regions' copies find it. */
export function backupVaultName(name: string): string {
  return resourceName(50, name)
}
