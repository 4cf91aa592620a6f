import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'
import { keyUseThrough } from './policy-document.ts'
import { Surroundings } from './surroundings.ts'

/** Where a region's alarms are heard, whoever made it. */
export abstract class Topic extends Construct {
  abstract readonly arn: string
  /** Undefined where nothing encrypts it. */
  abstract readonly keyArn: string | undefined

  /** Lets a role say something here too. */
  grantPublish(grantee: Grantee): IamRolePolicy {
    const publish = { sid: 'Publish', actions: ['sns:Publish'], resources: [this.arn] }
    const { region } = Surroundings.of(this)
    const encrypt = this.keyArn
      ? [keyUseThrough('sns', region, this.keyArn, ['kms:Decrypt', 'kms:GenerateDataKey'])]
      : []
    return grant(this, grantee, 'publish', publish, ...encrypt)
  }

  /** Lets a role have what is said here sent somewhere. */
  grantSubscribe(grantee: Grantee): IamRolePolicy {
    return grant(this, grantee, 'subscribe', { sid: 'Subscribe', actions: ['sns:Subscribe'], resources: [this.arn] })
  }
}

export interface ExistingTopicProps {
  /** Of the topic, in the region of the alarms. */
  readonly arn: string
  /** ARN of the key that encrypts it. @default none: nothing does */
  readonly keyArn?: string
}

/** A topic that somebody else made; `AlarmTopic.fromExisting` returns it. */
export class ExistingTopic extends Topic {
  readonly arn: string
  readonly keyArn: string | undefined

  constructor(scope: Construct, id: string, props: ExistingTopicProps) {
    super(scope, id)
    this.arn = props.arn
    this.keyArn = props.keyArn
  }
}
