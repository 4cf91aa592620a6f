import { GLOBAL } from '../snapshot.ts'
import { by, each } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'no-shared-fate',
  severity: 'refuse',
  reason: 'Regions that share a key, a bucket or a network are lost together.',
  fix: 'Give each region its own.',
  check: (view) => {
    const users = Map.groupBy(
      each(
        view,
        'aws_db_instance',
        'aws_rds_cluster',
        'aws_secretsmanager_secret',
        'aws_backup_vault',
        'aws_cloudwatch_log_group',
      ),
      ({ values }) => `${values.kms_key_id ?? values.kms_key_arn ?? ''}`,
    )
    return [...users].flatMap(([key, found]) => {
      const region = /^arn:[\w-]+:kms:([\w-]+):/.exec(key)?.[1]
      const strangers = found.filter(({ stack }) => region && stack.region !== region && stack.region !== GLOBAL)
      return strangers.map((it) =>
        by(it, `it is encrypted with a key of ${region}; without that region it cannot be read`),
      )
    })
  },
  fails: {
    resources: {
      'us-west-2': { aws_db_instance: { replica: { kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/one' } } },
    },
  },
  passes: {
    resources: {
      'us-west-2': { aws_db_instance: { replica: { kms_key_id: 'arn:aws:kms:us-west-2:123456789012:key/two' } } },
    },
  },
}
