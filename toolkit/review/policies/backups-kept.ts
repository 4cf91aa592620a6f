import { by, each, isOpen } from './look.ts'
import type { Policy } from './policy.ts'

const LEAST_DAYS = 7

export const policy: Policy = {
  id: 'backups-kept',
  severity: 'refuse',
  reason: 'What was deleted by mistake is noticed days later.',
  fix: 'Keep backups for a week at least.',
  check: (view) =>
    each(view, 'aws_db_instance', 'aws_rds_cluster')
      .filter(
        ({ values }) =>
          !isOpen(values.backup_retention_period) && Number(values.backup_retention_period ?? 0) < LEAST_DAYS,
      )
      .map((found) => by(found, `backups are kept for ${found.values.backup_retention_period ?? 0} days`)),
  fails: { resources: { 'us-east-1': { aws_db_instance: { main: { backup_retention_period: 1 } } } } },
  passes: { resources: { 'us-east-1': { aws_db_instance: { main: { backup_retention_period: 14 } } } } },
}
