import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js'
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js'
import { Construct } from 'constructs'
import { grant } from './grant.ts'
import { policyDocument } from './policy-document.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface AlarmTopicProps {
  /** The topic is called `<name>-alarms`. */
  readonly name: string
  /** ARN of the key of the region; it must let CloudWatch use it, or alarms ring unheard. */
  readonly keyArn: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<AlarmTopic>
}

/** Where a region's alarms are heard: encrypted, and open to the alarms of this account alone. */
export class AlarmTopic extends Construct {
  readonly topic: SnsTopic
  readonly policy: SnsTopicPolicy

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id)
    const surroundings = Surroundings.of(this)
    this.topic = new SnsTopic(this, 'topic', {
      name: resourceName(256, props.name, 'alarms'),
      kmsMasterKeyId: props.keyArn,
    })
    this.policy = new SnsTopicPolicy(this, 'policy', {
      arn: this.topic.arn,
      policy: policyDocument({
        sid: 'AlarmsOfThisAccount',
        principals: { Service: 'cloudwatch.amazonaws.com' },
        actions: ['sns:Publish'],
        resources: [this.topic.arn],
        conditions: { ArnLike: { 'aws:SourceArn': surroundings.arn('cloudwatch', 'alarm:*') } },
      }),
    })
    transform(this, props.transform)
  }

  get arn(): string {
    return this.topic.arn
  }

  /** Lets a role say something here too; it needs `RegionKey.grantUse` as well. */
  grantPublish(role: IamRole): IamRolePolicy {
    return grant(this, role, 'publish', { sid: 'Publish', actions: ['sns:Publish'], resources: [this.arn] })
  }
}
