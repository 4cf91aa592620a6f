import { by, each, isTrue } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'key-rotates',
  severity: 'approve',
  reason: 'A key that never changes is worth more to whoever has it every year.',
  fix: 'Set enable_key_rotation to true.',
  check: (view) =>
    each(view, 'aws_kms_key')
      .filter(({ values }) => (values.customer_master_key_spec ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT')
      .filter(({ values }) => !isTrue(values.enable_key_rotation))
      .map((found) => by(found, 'enable_key_rotation is off')),
  fails: { resources: { 'us-east-1': { aws_kms_key: { main: { description: 'payments' } } } } },
  passes: {
    resources: { 'us-east-1': { aws_kms_key: { main: { description: 'payments', enable_key_rotation: true } } } },
  },
}
