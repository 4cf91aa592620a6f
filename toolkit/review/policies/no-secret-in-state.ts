import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

const SECRETS: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ['password'],
  aws_rds_cluster: ['master_password'],
  aws_secretsmanager_secret_version: ['secret_string', 'secret_binary'],
  aws_ssm_parameter: ['value'],
}

export const policy: Policy = {
  id: 'no-secret-in-state',
  severity: 'refuse',
  reason: 'Whoever reads a state reads every secret in it.',
  fix: 'Use the write-only argument: password_wo, secret_string_wo, value_wo.',
  check: (view) =>
    Object.entries(SECRETS).flatMap(([type, names]) =>
      each(view, type).flatMap((found) => {
        const written = names.filter((name) => isSet(found.values[name]))
        return written.length > 0 ? [by(found, `${written.join(', ')} is kept in the state`)] : []
      }),
    ),
  fails: { resources: { 'us-east-1': { aws_db_instance: { main: { password: '${random_password.main.result}' } } } } },
  passes: {
    resources: {
      'us-east-1': {
        aws_db_instance: { main: { password_wo: '${ephemeral.aws_secretsmanager_secret_version.main.secret_string}' } },
      },
    },
  },
}
