import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js'
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js'
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js'
import type { Construct } from 'constructs'
import type { PolicyStatement } from './policy-document.ts'
import { resourceName } from './resource-name.ts'

/** Of a bucket's name, 63 characters long at most and taken once in the world: what the purpose and the account leave. */
const LONGEST_NAME = 38

/** `<name>-<purpose>-<account>` */
export function bucketName(name: string, purpose: string, account: string): string {
  return `${resourceName(LONGEST_NAME, name)}-${purpose}-${account}`
}

/** What every bucket of ours consists of. */
export interface PrivateBucket {
  readonly bucket: S3Bucket
  readonly encryption: S3BucketServerSideEncryptionConfigurationA
  readonly publicAccess: S3BucketPublicAccessBlock
  readonly ownership: S3BucketOwnershipControls
}

/** Makes a bucket that nobody outside of the account sees, encrypted with a key, in which no object has an owner of its own. */
export function makePrivateBucket(
  scope: Construct,
  { name, tag, keyArn }: { readonly name: string; readonly tag: string; readonly keyArn: string },
): PrivateBucket {
  const s3Bucket = new S3Bucket(scope, 'bucket', { bucket: name, tags: { Name: tag } })
  const bucket = s3Bucket.id
  return {
    bucket: s3Bucket,
    encryption: new S3BucketServerSideEncryptionConfigurationA(scope, 'encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    }),
    publicAccess: new S3BucketPublicAccessBlock(scope, 'public-access', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    ownership: new S3BucketOwnershipControls(scope, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    }),
  }
}

/** Refuses every call without TLS. */
export function overTlsAlone(bucketArn: string): PolicyStatement {
  return {
    sid: 'OverTlsAlone',
    effect: 'Deny',
    principals: { AWS: '*' },
    actions: ['s3:*'],
    resources: [bucketArn, `${bucketArn}/*`],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  }
}
