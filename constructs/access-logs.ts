import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js'
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js'
import type { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js'
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js'
import type { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'
import type { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js'
import type { Construct } from 'constructs'
import { AccessLogStore, ExistingAccessLogStore, type ExistingAccessLogStoreProps } from './access-log-store.ts'
import { refuseProps } from './invalid-prop.ts'
import { type PolicyStatement, policyDocument } from './policy-document.ts'
import { bucketName, makePrivateBucket, overTlsAlone, type PrivateBucket } from './private-bucket.ts'
import { keyProblem, wholeNumberProblem } from './prop-rules.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface AccessLogsProps {
  /** The bucket is called `<name>-access-logs-<account>`; names of buckets are taken once in the world. */
  readonly name: string
  /** ARN of the key of the region; it must let AWS's log delivery use it, as `RegionKey` does. */
  readonly keyArn: string
  /** Days that notes are kept. @default 90 */
  readonly days?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<AccessLogs>
}

/**
 * Where the balancers of a region note who called: a bucket that is private, encrypted with the region's key, reached
 * over TLS alone and emptied by age. AWS's log delivery may add to it, for this account, and nobody else may.
 */
export class AccessLogs extends AccessLogStore implements PrivateBucket {
  readonly keyArn: string
  readonly bucket: S3Bucket
  readonly encryption: S3BucketServerSideEncryptionConfigurationA
  readonly publicAccess: S3BucketPublicAccessBlock
  readonly ownership: S3BucketOwnershipControls
  readonly lifecycle: S3BucketLifecycleConfiguration
  readonly policy: S3BucketPolicy

  /** Uses a bucket that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingAccessLogStoreProps): AccessLogStore {
    return new ExistingAccessLogStore(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id)
    const { name, keyArn, days = 90 } = props
    refuseProps(this, { keyArn: keyProblem(this, keyArn), days: wholeNumberProblem(days, 1) })
    const { account } = Surroundings.of(this)
    this.keyArn = keyArn
    const parts = makePrivateBucket(this, {
      name: bucketName(name, 'access-logs', account),
      tag: `${name}-access-logs`,
      keyArn,
    })
    this.bucket = parts.bucket
    this.encryption = parts.encryption
    this.publicAccess = parts.publicAccess
    this.ownership = parts.ownership
    const bucket = this.bucket.id
    this.lifecycle = new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        {
          id: 'age',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    })
    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyDocument(...this.#statements()),
      // S3 refuses the two at once.
      dependsOn: [this.publicAccess],
    })
    transform(this, props.transform)
  }

  get bucketName(): string {
    return this.bucket.bucket
  }

  get writableBucket(): string {
    return this.policy.bucket
  }

  #statements(): PolicyStatement[] {
    const { account, region, partition } = Surroundings.of(this)
    const arn = `arn:${partition}:s3:::${this.bucket.bucket}`
    const delivery = { Service: 'delivery.logs.amazonaws.com' }
    const ofThisAccount = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
    }
    return [
      overTlsAlone(arn),
      {
        sid: 'LogDeliveryLooksFirst',
        principals: delivery,
        actions: ['s3:GetBucketAcl'],
        resources: [arn],
        conditions: ofThisAccount,
      },
      {
        sid: 'LogDeliveryWrites',
        principals: delivery,
        actions: ['s3:PutObject'],
        resources: [`${arn}/*/AWSLogs/${account}/*`],
        conditions: {
          ...ofThisAccount,
          StringEquals: { ...ofThisAccount.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      },
    ]
  }
}
