import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'

/** Where the balancers of a region note who called, whoever made it. */
export abstract class AccessLogStore extends Construct {
  /** Name of the bucket. */
  abstract readonly bucketName: string
  /** The same name, once balancers may write: AWS tries when it is told of the bucket. */
  abstract readonly writableBucket: string
  /** Undefined where S3's own keys encrypt it. */
  abstract readonly keyArn: string | undefined

  get bucketArn(): string {
    return `arn:${Surroundings.of(this).partition}:s3:::${this.bucketName}`
  }

  /** Lets a role read the notes, and list them. */
  grantRead(grantee: Grantee): IamRolePolicy {
    const { region } = Surroundings.of(this)
    const list = { sid: 'ListNotes', actions: ['s3:ListBucket'], resources: [this.bucketArn] }
    const read = { sid: 'ReadNotes', actions: ['s3:GetObject'], resources: [`${this.bucketArn}/*`] }
    const decrypt = this.keyArn ? [keyUseThrough('s3', region, this.keyArn)] : []
    return grant(this, grantee, 'read', list, read, ...decrypt)
  }
}

export interface ExistingAccessLogStoreProps {
  /** Of a bucket in the region of the balancers, whose policy lets AWS's log delivery write. */
  readonly bucketName: string
  /** ARN of the key that encrypts it. @default none: S3's own */
  readonly keyArn?: string
}

/** A bucket that somebody else made; `AccessLogs.fromExisting` returns it. */
export class ExistingAccessLogStore extends AccessLogStore {
  readonly bucketName: string
  readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, props: ExistingAccessLogStoreProps) {
    super(scope, id)
    this.bucketName = props.bucketName
    this.keyArn = props.keyArn
  }

  get writableBucket(): string {
    return this.bucketName
  }
}
