import type { ArgumentRules } from './argument-table.ts'

const SWITCH = ['enable', 'disable']
const DIFFIE_HELLMAN = [2, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]
const ENCRYPTION = ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16']
const INTEGRITY = ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512']
/** Found to say nothing that the schema does not. */
const NOTHING: ArgumentRules = {}

const tunnel = (name: 'tunnel1' | 'tunnel2'): NonNullable<ArgumentRules['oneOf']> => ({
  [`${name}_dpd_timeout_action`]: ['clear', 'none', 'restart'],
  [`${name}_ike_versions`]: ['ikev1', 'ikev2'],
  [`${name}_phase1_dh_group_numbers`]: DIFFIE_HELLMAN,
  [`${name}_phase1_encryption_algorithms`]: ENCRYPTION,
  [`${name}_phase1_integrity_algorithms`]: INTEGRITY,
  [`${name}_phase2_dh_group_numbers`]: [...DIFFIE_HELLMAN, 5],
  [`${name}_phase2_encryption_algorithms`]: ENCRYPTION,
  [`${name}_phase2_integrity_algorithms`]: INTEGRITY,
  [`${name}_startup_action`]: ['add', 'start'],
})

/** Of networks, the links between them, and what chooses among regions. */
export const NETWORK_ARGUMENTS: Readonly<Record<string, ArgumentRules>> = {
  aws_customer_gateway: { oneOf: { type: ['ipsec.1'] }, conflicts: [['bgp_asn', 'bgp_asn_extended']] },
  aws_default_security_group: NOTHING,
  aws_ec2_managed_prefix_list: { oneOf: { address_family: ['IPv4', 'IPv6'] }, longest: { name: 255 } },
  aws_ec2_transit_gateway: {
    oneOf: {
      auto_accept_shared_attachments: SWITCH,
      default_route_table_association: SWITCH,
      default_route_table_propagation: SWITCH,
      dns_support: SWITCH,
      multicast_support: SWITCH,
      security_group_referencing_support: SWITCH,
      vpn_ecmp_support: SWITCH,
    },
    between: { amazon_side_asn: [64_512, 4_294_967_294] },
  },
  aws_ec2_transit_gateway_peering_attachment: NOTHING,
  aws_ec2_transit_gateway_peering_attachment_accepter: NOTHING,
  aws_ec2_transit_gateway_route: NOTHING,
  aws_ec2_transit_gateway_vpc_attachment: {
    oneOf: { appliance_mode_support: SWITCH, dns_support: SWITCH, ipv6_support: SWITCH },
  },
  aws_eip: { oneOf: { domain: ['vpc', 'standard'] } },
  aws_globalaccelerator_accelerator: {
    oneOf: { ip_address_type: ['IPV4', 'DUAL_STACK'] },
    longest: { name: 255 },
  },
  aws_globalaccelerator_endpoint_group: {
    oneOf: { health_check_interval_seconds: [10, 30], health_check_protocol: ['TCP', 'HTTP', 'HTTPS'] },
    between: {
      traffic_dial_percentage: [0, 100],
      threshold_count: [1, 10],
      'endpoint_configuration.weight': [0, 255],
    },
  },
  aws_globalaccelerator_listener: {
    oneOf: { protocol: ['TCP', 'UDP'], client_affinity: ['NONE', 'SOURCE_IP'] },
    between: { 'port_range.from_port': [1, 65_535], 'port_range.to_port': [1, 65_535] },
  },
  aws_internet_gateway: NOTHING,
  aws_route53_zone: { conflicts: [['delegation_set_id', 'vpc']], longest: { name: 1024, comment: 256 } },
  aws_route53_zone_association: NOTHING,
  aws_route53recoverycontrolconfig_cluster: NOTHING,
  aws_route53recoverycontrolconfig_control_panel: NOTHING,
  aws_route53recoverycontrolconfig_routing_control: NOTHING,
  aws_route53recoverycontrolconfig_safety_rule: {
    exactlyOne: [['asserted_controls', 'gating_controls']],
    oneOf: { 'rule_config.type': ['ATLEAST', 'AND', 'OR'] },
    needs: [['gating_controls', 'target_controls']],
  },
  aws_route_table: NOTHING,
  aws_route_table_association: { exactlyOne: [['subnet_id', 'gateway_id']] },
  aws_subnet: { conflicts: [['availability_zone', 'availability_zone_id']] },
  aws_vpc_peering_connection_accepter: NOTHING,
  aws_vpc_peering_connection_options: NOTHING,
  aws_vpn_connection: {
    oneOf: {
      type: ['ipsec.1'],
      preshared_key_storage: ['Standard', 'SecretsManager'],
      ...tunnel('tunnel1'),
      ...tunnel('tunnel2'),
    },
    conflicts: [['transit_gateway_id', 'vpn_gateway_id']],
  },
  aws_vpn_connection_route: NOTHING,
  aws_vpn_gateway: NOTHING,
}
