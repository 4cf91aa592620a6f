import { destroys } from '../changes/resource-change.ts'
import type { Policy } from './policy.ts'

const DATABASES = new Set(['aws_db_instance', 'aws_rds_cluster', 'aws_rds_global_cluster'])

export const policy: Policy = {
  id: 'database-never-replaced',
  severity: 'approve',
  reason: 'A database that is replaced is a new, empty one: what was written is in backups only.',
  fix: 'Raise the generation of the database, so that a new one is made beside it and follows; remove the old one in a step of its own.',
  check: ({ changes }) =>
    changes
      .filter(({ type }) => DATABASES.has(type))
      .filter(destroys)
      .map(({ action, region, stack, address, replacedFor }) => {
        const why = replacedFor.length > 0 ? ` because ${replacedFor.join(', ')} changes` : ''
        return {
          message: `it would be ${action === 'delete' ? 'destroyed' : 'replaced'}${why}`,
          region,
          stack,
          address,
        }
      }),
  fails: {
    changes: [{ type: 'aws_db_instance', action: 'replace', region: 'us-east-1', replacedFor: ['kms_key_id'] }],
  },
  passes: { changes: [{ type: 'aws_db_instance', action: 'update', region: 'us-east-1', replacedFor: [] }] },
}
