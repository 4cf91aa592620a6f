import { by, each, isTrue, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'successor-first',
  severity: 'approve',
  reason: 'What others refer to has to be there until they refer to its successor.',
  fix: 'Set lifecycle { create_before_destroy = true }, and a name that AWS completes.',
  check: (view) =>
    each(view, 'aws_route53_health_check', 'aws_lb_target_group', 'aws_acm_certificate')
      .filter(({ stack }) => stack.document.terraform !== undefined || stack.document.provider !== undefined)
      .filter(({ values }) => !nested(values, 'lifecycle').some(({ create_before_destroy: first }) => isTrue(first)))
      .map((found) => by(found, 'it would go before its successor is there')),
  fails: {
    resources: { 'us-east-1': { aws_route53_health_check: { east: { type: 'HTTP' } } } },
    stack: { terraform: {} },
  },
  passes: {
    resources: {
      'us-east-1': { aws_route53_health_check: { east: { type: 'HTTP', lifecycle: { create_before_destroy: true } } } },
    },
    stack: { terraform: {} },
  },
}
