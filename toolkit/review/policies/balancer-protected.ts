import { by, each, isTrue } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'balancer-protected',
  severity: 'approve',
  reason: 'A balancer that goes takes its name and addresses along.',
  fix: 'Set enable_deletion_protection to true.',
  check: (view) =>
    each(view, 'aws_lb')
      .filter(({ values }) => !isTrue(values.enable_deletion_protection))
      .map((found) => by(found, 'enable_deletion_protection is off')),
  fails: { resources: { 'us-east-1': { aws_lb: { gateways: { name: 'gateways' } } } } },
  passes: {
    resources: { 'us-east-1': { aws_lb: { gateways: { name: 'gateways', enable_deletion_protection: true } } } },
  },
}
