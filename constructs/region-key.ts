import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js'
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js'
import type { Construct } from 'constructs'
import { ExistingKey, type ExistingKeyProps, Key } from './key.ts'
import { policyDocument } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface RegionKeyProps {
  /** Its alias is `alias/<name>`. */
  readonly name: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<RegionKey>
}

/** The key of one region: it encrypts the database, its secrets, its images and the logs of what runs there. */
export class RegionKey extends Key {
  readonly key: KmsKey
  readonly alias: KmsAlias

  /** Uses a key that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingKeyProps): Key {
    return new ExistingKey(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: RegionKeyProps) {
    super(scope, id)
    const { name } = props
    const { account, partition, region } = Surroundings.of(this)
    this.key = new KmsKey(this, 'key', {
      description: `Everything at rest of ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyDocument(
        {
          sid: 'AccountDecidesThroughIam',
          principals: { AWS: `arn:${partition}:iam::${account}:root` },
          actions: ['kms:*'],
          resources: ['*'],
        },
        {
          sid: 'LogGroupsOfThisAccount',
          principals: { Service: `logs.${region}.amazonaws.com` },
          actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
          resources: ['*'],
          conditions: {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
            },
          },
        },
        {
          // An alarm cannot publish to an encrypted topic otherwise, and says so nowhere.
          sid: 'AlarmsOfThisAccount',
          principals: { Service: 'cloudwatch.amazonaws.com' },
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        },
        {
          sid: 'AccessLogsOfThisAccount',
          principals: { Service: 'delivery.logs.amazonaws.com' },
          actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
          resources: ['*'],
          conditions: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
          },
        },
      ),
    })
    this.alias = new KmsAlias(this, 'alias', { name: `alias/${name}`, targetKeyId: this.key.keyId })
    transform(this, props.transform)
  }

  get arn(): string {
    return this.key.arn
  }
}
