import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'logs-expire',
  severity: 'note',
  reason: 'Logs that are kept for ever cost more every month, and may have to be forgotten by law.',
  fix: 'Set retention_in_days.',
  check: (view) =>
    each(view, 'aws_cloudwatch_log_group')
      .filter(({ values }) => !isSet(values.retention_in_days) || values.retention_in_days === 0)
      .map((found) => by(found, 'its logs are kept for ever')),
  fails: { resources: { 'us-east-1': { aws_cloudwatch_log_group: { gateways: { name: 'gateways' } } } } },
  passes: {
    resources: { 'us-east-1': { aws_cloudwatch_log_group: { gateways: { name: 'gateways', retention_in_days: 90 } } } },
  },
}
