import type { Consequences } from './consequence.ts'

const NOTHING_STOPS = 'nothing stops for callers'
const NO_ALARM = 'nobody is called meanwhile'

/** What runs, who may do what, and what watches. */
export const SERVICE_CONSEQUENCES: Consequences = {
  aws_ecs_cluster: { noun: 'cluster', grade: 'cut', cut: 'its services stop, and start again in 3–10 min' },
  aws_ecs_service: {
    noun: 'service',
    grade: 'cut',
    cut: 'its tasks stop, and their successors are healthy after 3–10 min; the region does not serve meanwhile',
  },
  aws_ecs_task_definition: {
    noun: 'task definition',
    grade: 'routine',
    cut: 'tasks are exchanged one after the other, none is missing',
  },
  aws_ecr_lifecycle_policy: { noun: 'rule of how long images stay', grade: 'routine', cut: NOTHING_STOPS },
  aws_appautoscaling_target: {
    noun: 'scaling target',
    grade: 'limited',
    cut: 'the service does not grow for about a minute',
  },
  aws_appautoscaling_policy: {
    noun: 'scaling policy',
    grade: 'limited',
    cut: 'the service does not grow for about a minute',
  },
  aws_iam_role: {
    noun: 'role',
    grade: 'cut',
    gentle: 'limited',
    cut: 'what acts by it is refused for up to a minute, and tasks cannot start',
    lost: 'its id: policies of others that name the role no longer mean it',
  },
  aws_iam_role_policy: {
    noun: 'policy of a role',
    grade: 'limited',
    cut: 'what it allows is refused for some seconds',
  },
  aws_iam_role_policy_attachment: {
    noun: 'policy of a role',
    grade: 'limited',
    cut: 'what it allows is refused for some seconds',
  },
  aws_iam_policy: { noun: 'policy', grade: 'limited', cut: 'what it allows is refused for some seconds' },
  aws_kms_key_policy: {
    noun: 'policy of a key',
    grade: 'cut',
    cut: 'the key may be refused to those that use it for some seconds',
  },
  aws_kms_grant: { noun: 'grant of a key', grade: 'cut', cut: 'who has it cannot use the key for some seconds' },
  aws_cloudwatch_metric_alarm: { noun: 'alarm', grade: 'limited', cut: NO_ALARM, lost: 'its history' },
  aws_cloudwatch_composite_alarm: { noun: 'alarm over alarms', grade: 'limited', cut: NO_ALARM, lost: 'its history' },
  aws_sns_topic: {
    noun: 'topic of alarms',
    grade: 'limited',
    cut: NO_ALARM,
    lost: 'its subscriptions, which people confirm again',
  },
  aws_sns_topic_policy: { noun: 'policy of a topic', grade: 'limited', cut: NO_ALARM },
  aws_sns_topic_subscription: {
    noun: 'subscription to alarms',
    grade: 'limited',
    cut: NO_ALARM,
    lost: 'its confirmation',
  },
  aws_backup_plan: { noun: 'backup plan', grade: 'limited', cut: 'no backup is made meanwhile' },
  aws_backup_selection: { noun: 'choice of what is backed up', grade: 'limited', cut: 'no backup is made meanwhile' },
  aws_s3_bucket_lifecycle_configuration: { noun: 'lifecycle of a bucket', grade: 'limited', cut: NOTHING_STOPS },
  aws_s3_bucket_ownership_controls: { noun: 'ownership rule of a bucket', grade: 'limited', cut: NOTHING_STOPS },
  aws_s3_bucket_policy: {
    noun: 'policy of a bucket',
    grade: 'limited',
    cut: 'access logs are refused for some seconds',
  },
  aws_s3_bucket_public_access_block: {
    noun: 'block of public access',
    grade: 'limited',
    cut: 'the bucket could be made public meanwhile',
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    noun: 'encryption rule of a bucket',
    grade: 'limited',
    cut: 'what is written meanwhile has S3’s own key',
  },
  aws_ssm_parameter: {
    noun: 'parameter',
    grade: 'limited',
    cut: 'what reads it fails for some seconds',
    lost: 'its history',
  },
  antipode_route: {
    noun: 'route',
    grade: 'cut',
    cut: 'calls that it takes are answered with 404 until it is there again',
  },
  antipode_service: {
    noun: 'service of routes',
    grade: 'cut',
    cut: 'its routes are answered with 404 until it is there again',
  },
  antipode_upstream: {
    noun: 'upstream',
    grade: 'cut',
    cut: 'routes to it answer with an error until it is there again',
  },
  antipode_ssl: {
    noun: 'certificate of gateways',
    grade: 'cut',
    cut: 'its names cannot be called over TLS until it is there again',
  },
  antipode_consumer: {
    noun: 'consumer',
    grade: 'cut',
    cut: 'its calls are refused until it is there again',
    lost: 'its credentials, unless they are declared too',
  },
}
