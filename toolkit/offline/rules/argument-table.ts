import { NETWORK_ARGUMENTS } from './network-arguments.ts'

/**
 * What the provider refuses when it reads a configuration, before it plans: what the package's schema has no word for.
 * Arguments of nested blocks are written with dots.
 */
export interface ArgumentRules {
  /** Allowed words. */
  readonly oneOf?: Readonly<Record<string, readonly (string | number)[]>>
  /** Smallest and largest. */
  readonly between?: Readonly<Record<string, readonly [number, number]>>
  /** Longest text. */
  readonly longest?: Readonly<Record<string, number>>
  /** At most one of each group. */
  readonly conflicts?: readonly (readonly string[])[]
  /** Exactly one of each group. */
  readonly exactlyOne?: readonly (readonly string[])[]
  /** The second is needed where the first is set. */
  readonly needs?: readonly (readonly [string, string])[]
}

const TRAFFIC_PROTOCOLS = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC', 'GENEVE']
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]
const NAMES = [['name', 'name_prefix']] as const
const SECURITY_GROUP_RULE: ArgumentRules = {
  exactlyOne: [['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id']],
  between: { from_port: [-1, 65_535], to_port: [-1, 65_535] },
}

/** Found to say nothing that the schema does not. */
const NOTHING: ArgumentRules = {}

export const ARGUMENTS: Readonly<Record<string, ArgumentRules>> = {
  ...NETWORK_ARGUMENTS,
  aws_acm_certificate: {
    oneOf: { validation_method: ['DNS', 'EMAIL', 'NONE'] },
    conflicts: [
      ['certificate_body', 'domain_name'],
      ['certificate_body', 'validation_method'],
    ],
  },
  aws_acm_certificate_validation: NOTHING,
  aws_appautoscaling_policy: {
    oneOf: { policy_type: ['StepScaling', 'TargetTrackingScaling', 'PredictiveScaling'] },
  },
  aws_appautoscaling_target: NOTHING,
  aws_backup_plan: NOTHING,
  aws_backup_selection: { longest: { name: 50 } },
  aws_backup_vault: { longest: { name: 50 } },
  aws_cloudwatch_log_group: {
    oneOf: { retention_in_days: RETENTION_DAYS, log_group_class: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] },
    conflicts: NAMES,
  },
  aws_cloudwatch_metric_alarm: {
    oneOf: {
      comparison_operator: [
        'GreaterThanOrEqualToThreshold',
        'GreaterThanThreshold',
        'GreaterThanUpperThreshold',
        'LessThanLowerOrGreaterThanUpperThreshold',
        'LessThanLowerThreshold',
        'LessThanOrEqualToThreshold',
        'LessThanThreshold',
      ],
      evaluate_low_sample_count_percentiles: ['evaluate', 'ignore'],
      statistic: ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'],
      treat_missing_data: ['breaching', 'ignore', 'missing', 'notBreaching'],
    },
    longest: { alarm_name: 255, alarm_description: 1024 },
    conflicts: [
      ['metric_name', 'metric_query'],
      ['extended_statistic', 'statistic'],
    ],
  },
  aws_db_instance: {
    oneOf: {
      monitoring_interval: [0, 1, 5, 10, 15, 30, 60],
      network_type: ['IPV4', 'DUAL'],
      replica_mode: ['open-read-only', 'mounted'],
      storage_type: ['standard', 'gp2', 'gp3', 'io1', 'io2'],
    },
    between: { backup_retention_period: [0, 35] },
    conflicts: [
      ['identifier', 'identifier_prefix'],
      ['username', 'replicate_source_db'],
      ['db_name', 'replicate_source_db'],
      ['replicate_source_db', 'restore_to_point_in_time', 's3_import', 'snapshot_identifier'],
      ['manage_master_user_password', 'password'],
      ['manage_master_user_password', 'password_wo'],
      ['password', 'password_wo'],
    ],
    needs: [['password_wo', 'password_wo_version']],
  },
  aws_db_parameter_group: { conflicts: NAMES },
  aws_db_subnet_group: { conflicts: NAMES },
  aws_ecr_lifecycle_policy: NOTHING,
  aws_ecr_repository: {
    oneOf: {
      image_tag_mutability: ['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'],
      'encryption_configuration.encryption_type': ['AES256', 'KMS', 'KMS_DSSE'],
    },
  },
  aws_ecs_cluster: { oneOf: { 'setting.name': ['containerInsights'] } },
  aws_ecs_service: {
    oneOf: {
      launch_type: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'],
      propagate_tags: ['SERVICE', 'TASK_DEFINITION', 'NONE'],
      scheduling_strategy: ['REPLICA', 'DAEMON'],
      availability_zone_rebalancing: ['ENABLED', 'DISABLED'],
    },
    conflicts: [['launch_type', 'capacity_provider_strategy']],
  },
  aws_ecs_task_definition: {
    oneOf: {
      network_mode: ['bridge', 'host', 'awsvpc', 'none'],
      requires_compatibilities: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'],
      'runtime_platform.cpu_architecture': ['X86_64', 'ARM64'],
    },
  },
  aws_flow_log: {
    oneOf: {
      log_destination_type: ['cloud-watch-logs', 's3', 'kinesis-data-firehose'],
      max_aggregation_interval: [60, 600],
      traffic_type: ['ACCEPT', 'REJECT', 'ALL'],
    },
    exactlyOne: [
      [
        'eni_id',
        'regional_nat_gateway_id',
        'subnet_id',
        'transit_gateway_attachment_id',
        'transit_gateway_id',
        'vpc_id',
      ],
    ],
  },
  aws_iam_role: { longest: { name: 64, name_prefix: 38 }, conflicts: NAMES },
  aws_iam_role_policy: { longest: { name: 128 }, conflicts: NAMES },
  aws_iam_role_policy_attachment: NOTHING,
  aws_kms_alias: { conflicts: NAMES },
  aws_kms_key: {
    oneOf: { key_usage: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] },
    between: { deletion_window_in_days: [7, 30], rotation_period_in_days: [90, 2560] },
  },
  aws_lb: {
    oneOf: {
      ip_address_type: ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'],
      load_balancer_type: ['application', 'network', 'gateway'],
    },
    between: { idle_timeout: [1, 4000] },
    longest: { name: 32, name_prefix: 6 },
    conflicts: NAMES,
    exactlyOne: [['subnets', 'subnet_mapping']],
  },
  aws_lb_listener: {
    oneOf: {
      protocol: TRAFFIC_PROTOCOLS,
      'default_action.type': [
        'authenticate-cognito',
        'authenticate-oidc',
        'fixed-response',
        'forward',
        'jwt-validation',
        'redirect',
      ],
    },
    between: { port: [1, 65_535] },
  },
  aws_lb_target_group: {
    oneOf: {
      protocol: TRAFFIC_PROTOCOLS,
      protocol_version: ['GRPC', 'HTTP1', 'HTTP2'],
      target_type: ['instance', 'ip', 'lambda', 'alb'],
      'health_check.protocol': ['HTTP', 'HTTPS', 'TCP'],
    },
    between: {
      deregistration_delay: [0, 3600],
      port: [1, 65_535],
      'health_check.healthy_threshold': [2, 10],
      'health_check.interval': [5, 300],
      'health_check.timeout': [2, 120],
      'health_check.unhealthy_threshold': [2, 10],
    },
    longest: { name: 32, name_prefix: 6 },
    conflicts: NAMES,
  },
  aws_nat_gateway: { oneOf: { connectivity_type: ['private', 'public'], availability_mode: ['zonal', 'regional'] } },
  aws_rds_cluster: {
    between: { backup_retention_period: [1, 35] },
    conflicts: [
      ['cluster_identifier', 'cluster_identifier_prefix'],
      ['manage_master_user_password', 'master_password'],
      ['manage_master_user_password', 'master_password_wo'],
      ['master_password', 'master_password_wo'],
      ['snapshot_identifier', 'global_cluster_identifier'],
    ],
    needs: [['master_password_wo', 'master_password_wo_version']],
  },
  aws_rds_cluster_instance: {
    oneOf: { monitoring_interval: [0, 1, 5, 10, 15, 30, 60] },
    between: { promotion_tier: [0, 15] },
    conflicts: [['identifier', 'identifier_prefix']],
  },
  aws_rds_cluster_parameter_group: { conflicts: NAMES },
  aws_rds_global_cluster: {
    oneOf: { engine: ['aurora', 'aurora-mysql', 'aurora-postgresql'] },
    conflicts: [['engine', 'source_db_cluster_identifier']],
  },
  aws_route: {
    exactlyOne: [['destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id']],
  },
  aws_route53_health_check: {
    oneOf: {
      request_interval: [10, 30],
      type: [
        'HTTP',
        'HTTPS',
        'HTTP_STR_MATCH',
        'HTTPS_STR_MATCH',
        'TCP',
        'CALCULATED',
        'CLOUDWATCH_METRIC',
        'RECOVERY_CONTROL',
      ],
    },
    between: { failure_threshold: [1, 10], port: [1, 65_535], child_health_threshold: [0, 256] },
    longest: { reference_name: 27 },
  },
  aws_route53_record: {
    oneOf: {
      'failover_routing_policy.type': ['PRIMARY', 'SECONDARY'],
      type: [
        'A',
        'AAAA',
        'CAA',
        'CNAME',
        'DS',
        'HTTPS',
        'MX',
        'NAPTR',
        'NS',
        'PTR',
        'SOA',
        'SPF',
        'SRV',
        'SSHFP',
        'SVCB',
        'TLSA',
        'TXT',
      ],
    },
    conflicts: [
      ['alias', 'ttl'],
      [
        'cidr_routing_policy',
        'failover_routing_policy',
        'geolocation_routing_policy',
        'geoproximity_routing_policy',
        'latency_routing_policy',
        'multivalue_answer_routing_policy',
        'weighted_routing_policy',
      ],
    ],
    exactlyOne: [['alias', 'records']],
    needs: [
      ['records', 'ttl'],
      ['failover_routing_policy', 'set_identifier'],
      ['geolocation_routing_policy', 'set_identifier'],
      ['latency_routing_policy', 'set_identifier'],
      ['weighted_routing_policy', 'set_identifier'],
    ],
  },
  aws_s3_bucket: { longest: { bucket: 63, bucket_prefix: 37 }, conflicts: [['bucket', 'bucket_prefix']] },
  aws_s3_bucket_lifecycle_configuration: NOTHING,
  aws_s3_bucket_ownership_controls: {
    oneOf: { 'rule.object_ownership': ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] },
  },
  aws_s3_bucket_policy: NOTHING,
  aws_s3_bucket_public_access_block: NOTHING,
  aws_s3_bucket_server_side_encryption_configuration: NOTHING,
  aws_secretsmanager_secret: {
    between: { recovery_window_in_days: [0, 30] },
    conflicts: NAMES,
  },
  aws_secretsmanager_secret_version: {
    conflicts: [['secret_binary', 'secret_string', 'secret_string_wo']],
    needs: [['secret_string_wo', 'secret_string_wo_version']],
  },
  aws_security_group: { longest: { name: 255, name_prefix: 100, description: 255 }, conflicts: NAMES },
  aws_sns_topic: { conflicts: NAMES },
  aws_sns_topic_policy: NOTHING,
  aws_vpc: {
    oneOf: { instance_tenancy: ['default', 'dedicated'] },
    conflicts: [['cidr_block', 'ipv4_netmask_length']],
  },
  aws_vpc_endpoint: {
    oneOf: {
      vpc_endpoint_type: ['Gateway', 'GatewayLoadBalancer', 'Interface', 'Resource', 'ServiceNetwork'],
    },
  },
  aws_vpc_peering_connection: { conflicts: [['auto_accept', 'peer_region']] },
  aws_vpc_security_group_egress_rule: SECURITY_GROUP_RULE,
  aws_vpc_security_group_ingress_rule: SECURITY_GROUP_RULE,
}
