import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

/** What says that a resource is encrypted, by its type. */
const ENCRYPTED: Readonly<Record<string, string>> = {
  aws_backup_vault: 'kms_key_arn',
  aws_cloudwatch_log_group: 'kms_key_id',
  aws_db_instance: 'storage_encrypted',
  aws_ecr_repository: 'encryption_configuration',
  aws_rds_cluster: 'storage_encrypted',
  aws_rds_global_cluster: 'storage_encrypted',
  aws_secretsmanager_secret: 'kms_key_id',
  aws_sns_topic: 'kms_master_key_id',
}

export const policy: Policy = {
  id: 'encrypted-everywhere',
  severity: 'refuse',
  reason: 'Data at rest, its copies and its logs are encrypted with a key of the region.',
  fix: 'Set the argument that the message names; where the data is there already, copy it into a new resource.',
  check: (view) =>
    Object.entries(ENCRYPTED).flatMap(([type, argument]) =>
      each(view, type)
        .filter(({ values }) => !isSet(values[argument]) || values[argument] === false)
        .map((found) => by(found, `${argument} is not set`)),
    ),
  fails: { resources: { 'us-east-1': { aws_db_instance: { main: { identifier: 'payments' } } } } },
  passes: {
    resources: { 'us-east-1': { aws_db_instance: { main: { identifier: 'payments', storage_encrypted: true } } } },
  },
}
