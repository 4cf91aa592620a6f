import { by, each, isSet, isTrue, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'answers-are-checked',
  severity: 'refuse',
  reason: 'A record without a check is answered with while its region is gone.',
  fix: 'Give every record that shares its name a health check.',
  check: (view) =>
    each(view, 'aws_route53_record')
      .filter(({ values }) => isSet(values.set_identifier) && !isSet(values.health_check_id))
      .filter(({ values }) => !nested(values, 'alias').some(({ evaluate_target_health: checked }) => isTrue(checked)))
      .map((found) =>
        by(found, `${found.values.name} is answered with ${found.values.set_identifier}, healthy or not`),
      ),
  fails: {
    resources: {
      'us-east-1': { aws_route53_record: { east: { name: 'api.payments.example', set_identifier: 'us-east-1' } } },
    },
  },
  passes: {
    resources: {
      'us-east-1': {
        aws_route53_record: {
          east: { name: 'api.payments.example', set_identifier: 'us-east-1', health_check_id: 'abc' },
        },
      },
    },
  },
}
