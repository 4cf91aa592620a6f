import { BackupPlan } from '@cdktf/provider-aws/lib/backup-plan/index.js'
import { BackupSelection } from '@cdktf/provider-aws/lib/backup-selection/index.js'
import { BackupVault } from '@cdktf/provider-aws/lib/backup-vault/index.js'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js'
import { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'
import { policyDocument } from './policy-document.ts'
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
export class BackupCopy extends Construct {
  readonly vault: BackupVault
  readonly role: IamRole
  readonly rolePolicy: IamRolePolicyAttachment
  readonly plan: BackupPlan
  readonly selection: BackupSelection

  constructor(scope: Construct, id: string, props: BackupCopyProps) {
    super(scope, id)
    const { name, region, copyTo, days = 14, copyDays = 35 } = props
    if (copyTo.region === region) {
      throw invalidProp(this, 'copyTo.region', `${region} is where the backups are; name another region`)
    }
    if (props.resourceArns.length === 0) throw invalidProp(this, 'resourceArns', 'is empty; name what is backed up')
    for (const [prop, value] of Object.entries({ days, copyDays })) {
      if (!Number.isInteger(value) || value < 1) throw invalidProp(this, prop, `${value} cannot be; use 1 or more`)
    }
    const surroundings = Surroundings.of(this)
    const { partition, account } = surroundings
    this.vault = new BackupVault(this, 'vault', { name: backupVaultName(name), kmsKeyArn: props.keyArn })
    this.role = new IamRole(this, 'role', {
      name: resourceName(64, name, 'backup'),
      assumeRolePolicy: policyDocument({
        principals: { Service: 'backup.amazonaws.com' },
        actions: ['sts:AssumeRole'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    })
    this.rolePolicy = new IamRolePolicyAttachment(this, 'role-policy', {
      role: this.role.name,
      policyArn: `arn:${partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup`,
    })
    this.plan = new BackupPlan(this, 'plan', {
      name: resourceName(50, name),
      rule: [
        {
          ruleName: 'copied',
          targetVaultName: this.vault.name,
          schedule: props.schedule ?? 'cron(0 3 * * ? *)',
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
}

/** Of the vault that a region's `BackupCopy` makes, by which other regions' copies find it. */
export function backupVaultName(name: string): string {
  return resourceName(50, name)
}
