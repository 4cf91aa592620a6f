import { by, each, isSet, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'replicas-are-watched',
  severity: 'approve',
  reason: 'A replica that falls behind is found out at the worst moment.',
  fix: 'Add ReplicationAlarms, or an alarm on ReplicaLag of each replica.',
  check: (view) =>
    each(view, 'aws_db_instance')
      .filter(({ values }) => isSet(values.replicate_source_db))
      .filter(
        ({ stack, values }) =>
          !each(view, 'aws_cloudwatch_metric_alarm').some((alarm) => {
            const dimensions = nested(alarm.values, 'dimensions')[0] ?? {}
            return (
              alarm.stack === stack &&
              alarm.values.metric_name === 'ReplicaLag' &&
              dimensions.DBInstanceIdentifier === values.identifier
            )
          }),
      )
      .map((found) => by(found, 'no alarm watches how far it is behind')),
  fails: {
    resources: {
      'us-west-2': {
        aws_db_instance: {
          replica: { identifier: 'payments-g1', replicate_source_db: 'arn:aws:rds:us-east-1:123456789012:db:payments' },
        },
      },
    },
  },
  passes: {
    resources: {
      'us-west-2': {
        aws_db_instance: {
          replica: { identifier: 'payments-g1', replicate_source_db: 'arn:aws:rds:us-east-1:123456789012:db:payments' },
        },
        aws_cloudwatch_metric_alarm: {
          lag: { metric_name: 'ReplicaLag', dimensions: { DBInstanceIdentifier: 'payments-g1' } },
        },
      },
    },
  },
}
