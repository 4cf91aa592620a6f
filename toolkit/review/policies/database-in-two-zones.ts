import { by, each, isTrue } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'database-in-two-zones',
  severity: 'approve',
  reason: 'Losing one zone should be no failover between regions.',
  fix: 'Set multi_az to true.',
  check: (view) =>
    each(view, 'aws_db_instance')
      .filter(({ values }) => !isTrue(values.multi_az))
      .map((found) => by(found, 'it is in one zone')),
  fails: { resources: { 'us-east-1': { aws_db_instance: { main: { multi_az: false } } } } },
  passes: { resources: { 'us-east-1': { aws_db_instance: { main: { multi_az: true } } } } },
}
