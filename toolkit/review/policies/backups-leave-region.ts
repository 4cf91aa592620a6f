import { by, each, isOpen, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'backups-leave-region',
  severity: 'approve',
  reason: 'Backups that are only where the database is are lost with it.',
  fix: 'Copy them to another region: backupCopies: daily.',
  check: (view) =>
    each(view, 'aws_backup_plan').flatMap((found) => {
      const copies = nested(found.values, 'rule').flatMap((rule) => nested(rule, 'copy_action'))
      const away = copies.some(({ destination_vault_arn: arn }) =>
        isOpen(arn)
          ? !`${arn}`.includes(`:backup:${found.stack.region}:`)
          : !`${arn}`.includes(`:${found.stack.region}:`),
      )
      return away ? [] : [by(found, `nothing of it is copied out of ${found.stack.region}`)]
    }),
  fails: { resources: { 'us-east-1': { aws_backup_plan: { daily: { rule: [{ rule_name: 'kept' }] } } } } },
  passes: {
    resources: {
      'us-east-1': {
        aws_backup_plan: {
          daily: {
            rule: [
              {
                copy_action: [{ destination_vault_arn: 'arn:aws:backup:us-west-2:123456789012:backup-vault:payments' }],
              },
            ],
          },
        },
      },
    },
  },
}
