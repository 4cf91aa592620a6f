import { by, each, statementsOf, textsIn } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'least-privilege',
  severity: 'refuse',
  reason: 'A role that may do everything does it for whoever gets hold of it.',
  fix: 'Name the actions and the resources that it needs.',
  check: (view) =>
    each(view, 'aws_iam_role_policy', 'aws_iam_policy').flatMap((found) =>
      statementsOf(found.values.policy)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action, Resource }) => {
          const wide = textsIn(Action).filter((action) => action === '*' || action.endsWith(':*'))
          const everywhere = textsIn(Resource).includes('*')
          if (wide.length === 0 || (!everywhere && !wide.includes('*'))) return []
          return [by(found, `it allows ${wide.join(', ')} on ${textsIn(Resource).join(', ')}`)]
        }),
    ),
  fails: {
    resources: {
      'us-east-1': {
        aws_iam_role_policy: { task: { policy: '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}' } },
      },
    },
  },
  passes: {
    resources: {
      'us-east-1': {
        aws_iam_role_policy: {
          task: {
            policy: '{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*"}]}',
          },
        },
      },
    },
  },
}
