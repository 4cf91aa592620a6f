import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js'
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js'
import type { Construct } from 'constructs'
import { refuseProps } from './invalid-prop.ts'
import { policyDocument } from './policy-document.ts'
import { keyProblem } from './prop-rules.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'
import { ExistingTopic, type ExistingTopicProps, Topic } from './topic.ts'
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
export class AlarmTopic extends Topic {
  readonly topic: SnsTopic
  readonly policy: SnsTopicPolicy
  readonly keyArn: string

  /** Uses a topic that somebody else made, and that alarms may publish to. */
  static fromExisting(scope: Construct, id: string, props: ExistingTopicProps): Topic {
    return new ExistingTopic(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id)
    refuseProps(this, { keyArn: keyProblem(this, props.keyArn) })
    this.keyArn = props.keyArn
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
        conditions: {
          StringEquals: { 'aws:SourceAccount': surroundings.account },
          ArnLike: { 'aws:SourceArn': surroundings.arn('cloudwatch', 'alarm:*') },
        },
      }),
    })
    transform(this, props.transform)
  }

  get arn(): string {
    return this.topic.arn
  }
}
