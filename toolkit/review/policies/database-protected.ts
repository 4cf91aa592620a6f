import { by, each, isTrue } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'database-protected',
  severity: 'refuse',
  reason: 'A database that can be deleted by a slip is deleted by a slip.',
  fix: 'Set deletion_protection to true, and leave skip_final_snapshot false.',
  check: (view) =>
    each(view, 'aws_db_instance', 'aws_rds_cluster', 'aws_rds_global_cluster').flatMap((found) => {
      const { deletion_protection: kept, skip_final_snapshot: skipped } = found.values
      if (!isTrue(kept)) return [by(found, 'deletion_protection is off')]
      return isTrue(skipped) ? [by(found, 'it would go without a last snapshot')] : []
    }),
  fails: { resources: { 'us-east-1': { aws_db_instance: { main: { deletion_protection: false } } } } },
  passes: { resources: { 'us-east-1': { aws_db_instance: { main: { deletion_protection: true } } } } },
}
