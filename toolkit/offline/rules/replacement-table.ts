import { isEmpty, sameValue, type ValueObject } from '../wire/value.ts'
import type { VersionBounds } from './provider-version.ts'

/** Arguments of a type whose change replaces it: `ForceNew` in the provider's source, which the package leaves out. */
export interface Replacement extends VersionBounds {
  /** `every` but those of `but`. */
  readonly arguments: readonly string[] | 'every'
  readonly but?: readonly string[]
  /** Decided from the whole plan (`CustomizeDiff`). @default always */
  readonly when?: (prior: ValueObject, planned: ValueObject) => boolean
}

const by = (...names: string[]): Replacement => ({ arguments: names })
const NAME = ['name', 'name_prefix']
const IDENTIFIER = ['identifier', 'identifier_prefix']
const NETWORK_LOAD_BALANCER = (prior: ValueObject) => prior.load_balancer_type === 'network'

/** From version 6.58 of the provider, what these hold is changed in place. */
const BEFORE_6_58 = { before: '6.58.0' }

const SECURITY_GROUP_SOURCES = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id']
const securityGroupRule: readonly Replacement[] = [
  by('security_group_id'),
  {
    arguments: SECURITY_GROUP_SOURCES,
    // Another network instead of one is an update, a group instead of a network is not.
    when: (prior, planned) => SECURITY_GROUP_SOURCES.some((name) => isEmpty(prior[name]) !== isEmpty(planned[name])),
  },
]

export const REPLACEMENTS: Readonly<Record<string, readonly Replacement[]>> = {
  // Networks.
  aws_vpc: [
    by('cidr_block', 'ipv4_ipam_pool_id', 'ipv4_netmask_length'),
    {
      arguments: ['instance_tenancy'],
      when: (prior, planned) => !(prior.instance_tenancy === 'dedicated' && planned.instance_tenancy === 'default'),
    },
  ],
  aws_subnet: [by('vpc_id', 'cidr_block', 'availability_zone', 'availability_zone_id', 'ipv6_native', 'outpost_arn')],
  aws_route_table: [by('vpc_id')],
  aws_route: [
    by('route_table_id', 'destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id'),
  ],
  aws_route_table_association: [by('subnet_id', 'gateway_id')],
  aws_nat_gateway: [by('allocation_id', 'availability_mode', 'connectivity_type', 'private_ip', 'subnet_id', 'vpc_id')],
  aws_eip: [by('domain', 'network_border_group', 'public_ipv4_pool', 'ipam_pool_id', 'customer_owned_ipv4_pool')],
  aws_security_group: [by(...NAME, 'description', 'vpc_id')],
  aws_default_security_group: [by('vpc_id')],
  // Moves from network to network.
  aws_internet_gateway: [],
  aws_vpc_security_group_ingress_rule: securityGroupRule,
  aws_vpc_security_group_egress_rule: securityGroupRule,
  aws_vpc_endpoint: [
    by(
      'service_name',
      'service_region',
      'vpc_endpoint_type',
      'vpc_id',
      'resource_configuration_arn',
      'service_network_arn',
    ),
  ],
  aws_flow_log: [{ arguments: 'every', but: ['tags', 'tags_all', 'region'] }],

  // Links.
  aws_vpc_peering_connection: [by('vpc_id', 'peer_vpc_id', 'peer_region', 'peer_owner_id')],
  aws_vpc_peering_connection_accepter: [by('vpc_peering_connection_id')],
  aws_vpc_peering_connection_options: [by('vpc_peering_connection_id')],
  aws_ec2_managed_prefix_list: [by('address_family')],
  aws_ec2_transit_gateway: [
    by('multicast_support'),
    {
      arguments: ['default_route_table_association', 'default_route_table_propagation'],
      when: (prior, planned) =>
        ['default_route_table_association', 'default_route_table_propagation'].some(
          (name) => prior[name] === 'disable' && planned[name] === 'enable',
        ),
    },
  ],
  aws_ec2_transit_gateway_vpc_attachment: [by('transit_gateway_id', 'vpc_id')],
  aws_ec2_transit_gateway_peering_attachment: [
    by('transit_gateway_id', 'peer_transit_gateway_id', 'peer_account_id', 'peer_region'),
  ],
  aws_ec2_transit_gateway_peering_attachment_accepter: [by('transit_gateway_attachment_id')],
  aws_ec2_transit_gateway_route_table: [by('transit_gateway_id')],
  aws_ec2_transit_gateway_route: [
    by('destination_cidr_block', 'transit_gateway_attachment_id', 'transit_gateway_route_table_id', 'blackhole'),
  ],
  aws_ec2_transit_gateway_route_table_association: [
    by('transit_gateway_attachment_id', 'transit_gateway_route_table_id'),
  ],
  aws_ec2_transit_gateway_route_table_propagation: [
    by('transit_gateway_attachment_id', 'transit_gateway_route_table_id'),
  ],
  aws_vpn_connection: [
    by('type', 'static_routes_only', 'enable_acceleration', 'tunnel1_inside_cidr', 'tunnel2_inside_cidr'),
  ],
  aws_vpn_connection_route: [by('destination_cidr_block', 'vpn_connection_id')],
  aws_vpn_gateway: [by('amazon_side_asn', 'availability_zone')],
  aws_customer_gateway: [by('bgp_asn', 'ip_address', 'type', 'certificate_arn', 'device_name')],

  // Names and answers.
  aws_route53_zone: [by('name', 'delegation_set_id')],
  aws_route53_record: [by('name', 'zone_id'), { ...by('type'), ...BEFORE_6_58 }],
  aws_route53_zone_association: [by('zone_id', 'vpc_id', 'vpc_region')],
  aws_route53_health_check: [
    by('type', 'request_interval', 'measure_latency', 'reference_name', 'routing_control_arn'),
  ],
  aws_globalaccelerator_accelerator: [by('ip_addresses')],
  aws_globalaccelerator_listener: [by('accelerator_arn')],
  aws_globalaccelerator_endpoint_group: [by('listener_arn', 'endpoint_group_region')],
  aws_route53recoverycontrolconfig_cluster: [by('name')],
  aws_route53recoverycontrolconfig_control_panel: [by('cluster_arn')],
  aws_route53recoverycontrolconfig_routing_control: [by('cluster_arn')],
  aws_route53recoverycontrolconfig_safety_rule: [
    by('asserted_controls', 'control_panel_arn', 'gating_controls', 'target_controls', 'rule_config'),
  ],

  // Databases. Neither the identifier nor the source of a replica, its class or its version replaces an instance.
  aws_db_instance: [
    by(
      'kms_key_id',
      'storage_encrypted',
      'engine',
      'username',
      'db_name',
      'availability_zone',
      'snapshot_identifier',
      'restore_to_point_in_time',
      's3_import',
      'character_set_name',
      'timezone',
      'backup_target',
    ),
  ],
  aws_db_subnet_group: [by(...NAME)],
  aws_db_parameter_group: [by(...NAME, 'family', 'description')],
  aws_rds_cluster_parameter_group: [by(...NAME, 'family', 'description')],
  aws_rds_cluster: [
    by(
      'cluster_identifier',
      'cluster_identifier_prefix',
      'engine',
      'engine_mode',
      'database_name',
      'master_username',
      'kms_key_id',
      'storage_encrypted',
      'db_subnet_group_name',
      'availability_zones',
      'source_region',
      'snapshot_identifier',
      'restore_to_point_in_time',
      'cluster_scalability_type',
    ),
  ],
  aws_rds_cluster_instance: [
    by(...IDENTIFIER, 'cluster_identifier', 'engine', 'availability_zone', 'db_subnet_group_name'),
  ],
  aws_rds_global_cluster: [
    by('global_cluster_identifier', 'engine', 'database_name', 'storage_encrypted', 'source_db_cluster_identifier'),
  ],
  aws_elasticache_replication_group: [
    by('replication_group_id', 'at_rest_encryption_enabled', 'kms_key_id', 'port', 'subnet_group_name', 'network_type'),
  ],

  // Balancers.
  aws_lb: [
    by(...NAME, 'internal', 'load_balancer_type'),
    { arguments: ['subnets', 'subnet_mapping'], when: losesSubnet },
    {
      arguments: ['security_groups'],
      when: (prior, planned) =>
        NETWORK_LOAD_BALANCER(prior) && isEmpty(prior.security_groups) !== isEmpty(planned.security_groups),
    },
  ],
  aws_lb_target_group: [
    by(...NAME, 'port', 'protocol', 'protocol_version', 'target_type', 'ip_address_type', 'vpc_id'),
  ],
  aws_lb_listener: [by('load_balancer_arn')],
  aws_lb_trust_store: [by(...NAME)],

  // Services.
  aws_ecs_cluster: [by('name')],
  aws_ecs_service: [by('name', 'cluster', 'launch_type', 'iam_role', 'scheduling_strategy')],
  // A new revision, which is how a task definition changes.
  aws_ecs_task_definition: [
    { arguments: 'every', but: ['tags', 'tags_all', 'region', 'skip_destroy', 'track_latest', 'revision'] },
  ],
  aws_ecr_repository: [by('name', 'encryption_configuration')],
  aws_ecr_lifecycle_policy: [by('policy', 'repository')],
  aws_appautoscaling_target: [by('resource_id', 'scalable_dimension', 'service_namespace')],
  aws_appautoscaling_policy: [by('resource_id', 'scalable_dimension', 'service_namespace', 'name')],

  // Keys, secrets, rights.
  aws_kms_key: [by('customer_master_key_spec', 'key_usage', 'multi_region')],
  aws_kms_replica_key: [by('primary_key_arn')],
  aws_kms_alias: [by(...NAME)],
  aws_secretsmanager_secret: [by(...NAME)],
  aws_secretsmanager_secret_version: [
    by('secret_id'),
    { ...by('secret_string', 'secret_binary', 'secret_string_wo_version'), ...BEFORE_6_58 },
  ],
  aws_acm_certificate: [
    by('domain_name', 'validation_method', 'validation_option', 'key_algorithm'),
    { ...by('subject_alternative_names'), ...BEFORE_6_58 },
  ],
  aws_acm_certificate_validation: [by('certificate_arn', 'validation_record_fqdns')],
  aws_iam_role: [by(...NAME, 'path')],
  aws_iam_role_policy: [by(...NAME, 'role')],
  aws_iam_role_policy_attachment: [by('role', 'policy_arn')],
  aws_iam_policy: [by(...NAME, 'path', 'description')],

  // Watching and keeping.
  aws_cloudwatch_log_group: [by(...NAME, 'log_group_class')],
  aws_cloudwatch_metric_alarm: [by('alarm_name')],
  aws_cloudwatch_composite_alarm: [by('alarm_name', 'actions_enabled')],
  aws_s3_bucket: [by('bucket', 'bucket_prefix', 'object_lock_enabled')],
  aws_s3_bucket_lifecycle_configuration: [by('bucket', 'expected_bucket_owner')],
  aws_s3_bucket_ownership_controls: [by('bucket')],
  aws_s3_bucket_policy: [by('bucket')],
  aws_s3_bucket_public_access_block: [by('bucket')],
  aws_s3_bucket_server_side_encryption_configuration: [by('bucket', 'expected_bucket_owner')],
  aws_backup_vault: [by('name', 'kms_key_arn')],
  aws_backup_plan: [by('name')],
  aws_backup_selection: [{ arguments: 'every', but: ['region'] }],
  aws_sns_topic: [by(...NAME, 'fifo_topic')],
  aws_sns_topic_policy: [by('arn')],
  aws_sns_topic_subscription: [by('endpoint', 'protocol', 'topic_arn')],
}

/** A network balancer may gain subnets; one taken away or exchanged replaces it. */
function losesSubnet(prior: ValueObject, planned: ValueObject): boolean {
  if (!NETWORK_LOAD_BALANCER(prior)) return false
  return ['subnets', 'subnet_mapping'].some((name) => {
    const [before, after] = [prior[name], planned[name]]
    if (!Array.isArray(before) || !Array.isArray(after)) return false
    return before.some((item) => !after.some((other) => sameValue(item, other)))
  })
}
