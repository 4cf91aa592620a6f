import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'alarms-are-heard',
  severity: 'approve',
  reason: 'An alarm that nobody hears is none.',
  fix: 'Give it alarm_actions.',
  check: (view) =>
    each(view, 'aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm')
      .filter(({ values }) => !isSet(values.alarm_actions) || values.actions_enabled === false)
      .map((found) => by(found, 'it tells nobody')),
  fails: { resources: { 'us-east-1': { aws_cloudwatch_metric_alarm: { lag: { alarm_name: 'lag' } } } } },
  passes: {
    resources: {
      'us-east-1': {
        aws_cloudwatch_metric_alarm: {
          lag: { alarm_name: 'lag', alarm_actions: ['arn:aws:sns:us-east-1:123456789012:alarms'] },
        },
      },
    },
  },
}
