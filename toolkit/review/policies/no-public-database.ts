import { by, each, isTrue } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'no-public-database',
  severity: 'refuse',
  reason: 'Nobody but the control planes has business with the database.',
  fix: 'Set publicly_accessible to false, and reach it from within the network.',
  check: (view) =>
    each(view, 'aws_db_instance', 'aws_rds_cluster_instance')
      .filter(({ values }) => isTrue(values.publicly_accessible))
      .map((found) => by(found, 'it has a public address')),
  fails: { resources: { 'us-east-1': { aws_db_instance: { main: { publicly_accessible: true } } } } },
  passes: { resources: { 'us-east-1': { aws_db_instance: { main: { publicly_accessible: false } } } } },
}
