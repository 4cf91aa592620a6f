import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough, type PolicyStatement } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'

/** Below it are the snapshots, so that a bucket may hold other things too. */
const PREFIX = 'snapshots'

/** Where control planes leave their configuration for data planes that find none of them, whoever made it. */
export abstract class FallbackStore extends Construct {
  /** Name of the bucket. */
  abstract readonly bucketName: string
  /** The region that it is in. */
  abstract readonly region: string
  /** Undefined where S3's own keys encrypt it. */
  abstract readonly keyArn: string | undefined

  get bucketArn(): string {
    return `arn:${Surroundings.of(this).partition}:s3:::${this.bucketName}`
  }

  /** The key `fallback` of `config.yaml`. */
  get config(): { readonly url: string; readonly region: string } {
    return { url: `s3://${this.bucketName}/${PREFIX}`, region: this.region }
  }

  /** What data planes must be let do. */
  get readStatements(): PolicyStatement[] {
    return this.#statements('Read', ['s3:GetObject'], ['kms:Decrypt'])
  }

  /** What control planes must be let do. */
  get writeStatements(): PolicyStatement[] {
    const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']
    // Whoever may not list is told that access is denied where there is no object yet.
    const list = { sid: 'SeeThatThereIsNone', actions: ['s3:ListBucket'], resources: [this.bucketArn] }
    return [list, ...this.#statements('Write', actions, ['kms:Decrypt', 'kms:GenerateDataKey'])]
  }

  /** Lets a role read the snapshots, which hold secrets. */
  grantRead(grantee: Grantee): IamRolePolicy {
    return grant(this, grantee, 'read', ...this.readStatements)
  }

  /** Lets a role write snapshots, and take old ones away. */
  grantWrite(grantee: Grantee): IamRolePolicy {
    return grant(this, grantee, 'write', ...this.writeStatements)
  }

  #statements(what: 'Read' | 'Write', actions: string[], keyActions: string[]): PolicyStatement[] {
    const objects = { sid: `${what}Snapshots`, actions, resources: [`${this.bucketArn}/${PREFIX}/*`] }
    return this.keyArn ? [objects, keyUseThrough('s3', this.region, this.keyArn, keyActions)] : [objects]
  }
}

export interface ExistingFallbackStoreProps {
  /** Of a private bucket: what control planes leave there holds secrets. */
  readonly bucketName: string
  /** The region that it is in. */
  readonly bucketRegion: string
  /** ARN of the key that encrypts it, or of that key's alias. @default none: S3's own */
  readonly keyArn?: string
}

/** A bucket that somebody else made; `FallbackBucket.fromExisting` returns it. */
export class ExistingFallbackStore extends FallbackStore {
  readonly bucketName: string
  readonly region: string
  readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, props: ExistingFallbackStoreProps) {
    super(scope, id)
    this.bucketName = props.bucketName
    this.region = props.bucketRegion
    this.keyArn = props.keyArn
  }
}
