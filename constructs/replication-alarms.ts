import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js'
import { Construct } from 'constructs'
import { type Duration, seconds } from '../topology/index.ts'
import { AlarmTopic } from './alarm-topic.ts'
import { refuseProps } from './invalid-prop.ts'
import { declaredRegion, keyProblem, regionOfArn } from './prop-rules.ts'
import { type Transform, transform } from './transform.ts'

const GIBIBYTE = 2 ** 30
/** What a replica's lag may read while its source has nothing to write. */
const IDLE_LAG = seconds(300)

export interface ReplicationAlarmsProps {
  /** Names begin with it. */
  readonly name: string
  /** Of the database in this region, whatever its role is: roles change without Terraform. */
  readonly databaseIdentifier: string
  /** An Aurora cluster, whose first instance is called `<databaseIdentifier>-1`, has no slots. @default 'postgres' */
  readonly engine?: 'postgres' | 'aurora-postgresql'
  /** The most that it may be behind its source. @default none: it has no source and never will have one */
  readonly maxLag?: Duration
  /**
   * The source is written to at least once a second, as control planes do. Without that, the lag of an idle source
   * reads up to five minutes, and an alarm on less would ring every quiet night.
   * @default false
   */
  readonly heartbeat?: boolean
  /** GiB of log that a replica's slot may hold back here. @default 10 */
  readonly mostSlot?: number
  /** GiB that must stay free. @default 10 */
  readonly leastStorage?: number
  /** ARN of a topic of this region that is told. @default a topic `<name>-alarms` is made */
  readonly topicArn?: string
  /** ARN of the key of the region, for a topic that is made. It must let CloudWatch use it, as `RegionKey` does. */
  readonly keyArn: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<ReplicationAlarms>
}

/**
 * Says when a database falls behind its source, holds back log for a replica that does not take it, or runs out of
 * disk. Each database has all three, since any may become the source: a metric that its present role does not have is
 * no reason to ring.
 */
export class ReplicationAlarms extends Construct {
  readonly topic: AlarmTopic | undefined
  readonly topicArn: string
  readonly lag: CloudwatchMetricAlarm | undefined
  /** Aurora replicates its storage without slots. */
  readonly slot: CloudwatchMetricAlarm | undefined
  readonly disk: CloudwatchMetricAlarm

  constructor(scope: Construct, id: string, props: ReplicationAlarmsProps) {
    super(scope, id)
    const { name, databaseIdentifier, maxLag, heartbeat = false, mostSlot = 10, leastStorage = 10 } = props
    const none = (gibibytes: number) => !(gibibytes > 0) && `${gibibytes} GiB cannot be; use more than 0`
    refuseProps(this, {
      maxLag:
        maxLag &&
        !heartbeat &&
        maxLag.milliseconds <= IDLE_LAG.milliseconds &&
        `${maxLag} rings whenever the source is idle; write heartbeats and say so with heartbeat: true, ` +
          `or allow more than ${IDLE_LAG}`,
      mostSlot: none(mostSlot),
      leastStorage: none(leastStorage),
      keyArn: keyProblem(this, props.keyArn),
      topicArn: topicProblem(this, props.topicArn),
    })
    this.topic = props.topicArn ? undefined : new AlarmTopic(this, 'topic', { name, keyArn: props.keyArn })
    this.topicArn = props.topicArn ?? this.topic?.arn ?? ''
    const alarm = (kind: string, description: string, rule: Rule) => {
      return new CloudwatchMetricAlarm(this, kind, {
        alarmName: `${databaseIdentifier}-${kind}`,
        alarmDescription: description,
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        treatMissingData: 'notBreaching',
        alarmActions: [this.topicArn],
        okActions: [this.topicArn],
        ...rule,
      })
    }
    const aurora = props.engine === 'aurora-postgresql'
    const instance = aurora ? `${databaseIdentifier}-1` : databaseIdentifier
    this.lag =
      maxLag &&
      alarm('lag', `More than ${maxLag} behind its source`, {
        ...(aurora ? globalLag(databaseIdentifier) : metricOf(instance, 'ReplicaLag', 'Maximum')),
        comparisonOperator: 'GreaterThanThreshold',
        threshold: aurora ? maxLag.milliseconds : maxLag.seconds,
      })
    this.slot = aurora
      ? undefined
      : alarm('slot', `Holds back more than ${mostSlot} GiB of log for a replica`, {
          ...metricOf(instance, 'OldestReplicationSlotLag', 'Maximum'),
          comparisonOperator: 'GreaterThanThreshold',
          threshold: mostSlot * GIBIBYTE,
        })
    this.disk = alarm('disk', `Less than ${leastStorage} GiB free`, {
      ...metricOf(instance, aurora ? 'FreeLocalStorage' : 'FreeStorageSpace', 'Minimum'),
      comparisonOperator: 'LessThanThreshold',
      threshold: leastStorage * GIBIBYTE,
    })
    transform(this, props.transform)
  }
}

/** CloudWatch publishes to topics of the alarm's own region alone. */
function topicProblem(scope: Construct, topicArn: string | undefined): string | undefined {
  const [here, there] = [declaredRegion(scope), topicArn && regionOfArn(topicArn)]
  if (!here || !there || here === there) return undefined
  return `is in ${there}; use a topic of ${here}, where the alarms are`
}

type Rule = Partial<CloudwatchMetricAlarmConfig> &
  Required<Pick<CloudwatchMetricAlarmConfig, 'comparisonOperator' | 'threshold'>>

function metricOf(instance: string, metricName: string, statistic: 'Maximum' | 'Minimum') {
  return { namespace: 'AWS/RDS', dimensions: { DBInstanceIdentifier: instance }, metricName, statistic, period: 60 }
}

/** A query, since the metric also has the source's region as a dimension, and that changes with the writer. */
function globalLag(cluster: string) {
  const expression = `SELECT MAX(AuroraGlobalDBReplicationLag) FROM "AWS/RDS" WHERE DBClusterIdentifier = '${cluster}'`
  return { metricQuery: [{ id: 'lag', expression, period: 60, returnData: true }] }
}
