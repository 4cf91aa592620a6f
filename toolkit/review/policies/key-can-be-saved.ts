import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'key-can-be-saved',
  severity: 'refuse',
  reason: 'A key that is deleted by mistake can be saved only while it waits.',
  fix: 'Set deletion_window_in_days to 7 or more; 30 is the most.',
  check: (view) =>
    each(view, 'aws_kms_key')
      .filter(({ values }) => isSet(values.deletion_window_in_days) && Number(values.deletion_window_in_days) < 14)
      .map((found) => by(found, `it waits ${found.values.deletion_window_in_days} days`)),
  fails: { resources: { 'us-east-1': { aws_kms_key: { main: { deletion_window_in_days: 7 } } } } },
  passes: { resources: { 'us-east-1': { aws_kms_key: { main: { deletion_window_in_days: 30 } } } } },
}
