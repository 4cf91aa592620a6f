import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
import { FlowLog } from '@cdktf/provider-aws/lib/flow-log/index.js'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { Construct } from 'constructs'
import { refuseProps } from './invalid-prop.ts'
import { ExistingLogStore, type ExistingLogStoreProps, LogStore } from './log-store.ts'
import { policyDocument } from './policy-document.ts'
import { keyProblem, retentionProblem } from './prop-rules.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface FlowLogsProps {
  readonly name: string
  readonly vpcId: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** Days that they are kept. @default 30 */
  readonly days?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<FlowLogs>
}

/** Which connections a network refused: what one looks for first when two parts do not find each other. */
export class FlowLogs extends LogStore {
  readonly logGroup: CloudwatchLogGroup
  readonly role: IamRole
  readonly rolePolicy: IamRolePolicy
  readonly flowLog: FlowLog

  /** Uses a group of flow logs that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingLogStoreProps): LogStore {
    return new ExistingLogStore(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id)
    const { name, vpcId, keyArn, days = 30 } = props
    refuseProps(this, { keyArn: keyProblem(this, keyArn), days: retentionProblem(days) })
    const { account, partition, region } = Surroundings.of(this)
    this.logGroup = new CloudwatchLogGroup(this, 'logs', {
      name: `/antipode/${name}/network`,
      retentionInDays: days,
      kmsKeyId: keyArn,
    })
    this.role = new IamRole(this, 'role', {
      name: resourceName(64, name, 'flow-logs'),
      assumeRolePolicy: policyDocument({
        principals: { Service: 'vpc-flow-logs.amazonaws.com' },
        actions: ['sts:AssumeRole'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:ec2:${region}:${account}:vpc-flow-log/*` },
        },
      }),
    })
    this.rolePolicy = new IamRolePolicy(this, 'policy', {
      name: 'write-flow-logs',
      role: this.role.name,
      policy: policyDocument({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
        resources: [`${this.logGroup.arn}:*`],
      }),
    })
    this.flowLog = new FlowLog(this, 'flow-log', {
      vpcId,
      trafficType: 'REJECT',
      logDestinationType: 'cloud-watch-logs',
      logDestination: this.logGroup.arn,
      iamRoleArn: this.role.arn,
      maxAggregationInterval: 60,
      tags: { Name: name },
    })
    transform(this, props.transform)
  }

  get logGroupArn(): string {
    return this.logGroup.arn
  }
}
