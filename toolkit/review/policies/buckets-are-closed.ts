import { by, each, isTrue } from './look.ts'
import type { Policy } from './policy.ts'

const SWITCHES = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets']

export const policy: Policy = {
  id: 'buckets-are-closed',
  severity: 'refuse',
  reason: 'Access logs tell who calls what.',
  fix: 'Add aws_s3_bucket_public_access_block with all four switches on.',
  check: (view) =>
    each(view, 'aws_s3_bucket')
      .filter((bucket) => {
        const blocks = each(view, 'aws_s3_bucket_public_access_block').filter(({ stack, values }) => {
          return (
            stack === bucket.stack &&
            (`${values.bucket}`.includes(`aws_s3_bucket.${bucket.name}.`) || values.bucket === bucket.values.bucket)
          )
        })
        return !blocks.some(({ values }) => SWITCHES.every((name) => isTrue(values[name])))
      })
      .map((found) => by(found, 'nothing keeps it from being made public')),
  fails: { resources: { 'us-east-1': { aws_s3_bucket: { logs: { bucket: 'payments-logs' } } } } },
  passes: {
    resources: {
      'us-east-1': {
        aws_s3_bucket: { logs: { bucket: 'payments-logs' } },
        aws_s3_bucket_public_access_block: {
          logs: {
            bucket: 'payments-logs',
            block_public_acls: true,
            block_public_policy: true,
            ignore_public_acls: true,
            restrict_public_buckets: true,
          },
        },
      },
    },
  },
}
