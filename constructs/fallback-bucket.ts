import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js'
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js'
import type { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js'
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js'
import type { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'
import type { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js'
import type { Construct } from 'constructs'
import { ExistingFallbackStore, type ExistingFallbackStoreProps, FallbackStore } from './fallback-store.ts'
import { refuseProps } from './invalid-prop.ts'
import { policyDocument } from './policy-document.ts'
import { bucketName, makePrivateBucket, overTlsAlone, type PrivateBucket } from './private-bucket.ts'
import { keyProblem } from './prop-rules.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface FallbackBucketProps {
  /** The bucket is called `<name>-fallback-<account>`; names of buckets are taken once in the world. */
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<FallbackBucket>
}

/** The name by which stacks that do not read the bucket's state find it. */
export function fallbackBucketName(scope: Construct, name: string): string {
  return bucketName(name, 'fallback', Surroundings.of(scope).account)
}

/**
 * Where the control planes of one history leave their newest configuration, so that a data plane that is new starts
 * while none of them answers: a bucket that is private, encrypted with the region's key, and reached over TLS alone.
 * What is in it is signed, and holds secrets. Control planes keep the three newest snapshots themselves.
 */
export class FallbackBucket extends FallbackStore implements PrivateBucket {
  readonly keyArn: string
  readonly region: string
  readonly bucket: S3Bucket
  readonly encryption: S3BucketServerSideEncryptionConfigurationA
  readonly publicAccess: S3BucketPublicAccessBlock
  readonly ownership: S3BucketOwnershipControls
  readonly lifecycle: S3BucketLifecycleConfiguration
  readonly policy: S3BucketPolicy

  /** Uses a bucket that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingFallbackStoreProps): FallbackStore {
    return new ExistingFallbackStore(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: FallbackBucketProps) {
    super(scope, id)
    const { name, keyArn } = props
    refuseProps(this, { keyArn: keyProblem(this, keyArn) })
    this.keyArn = keyArn
    this.region = Surroundings.of(this).region
    const parts = makePrivateBucket(this, { name: fallbackBucketName(this, name), tag: `${name}-fallback`, keyArn })
    this.bucket = parts.bucket
    this.encryption = parts.encryption
    this.publicAccess = parts.publicAccess
    this.ownership = parts.ownership
    const bucket = this.bucket.id
    this.lifecycle = new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        {
          id: 'unfinished',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    })
    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyDocument(overTlsAlone(this.bucketArn)),
      // S3 refuses the two at once.
      dependsOn: [this.publicAccess],
    })
    transform(this, props.transform)
  }

  get bucketName(): string {
    return this.bucket.bucket
  }
}
