import { always, type CostLine, type Declared, type Quantity, type Surroundings } from './cost-line.ts'
import { databaseCosts } from './database-costs.ts'
import { type Demand, HOURS } from './usage.ts'

type Line = Omit<CostLine, 'region'>

/** What a resource of one type costs. */
type Rule = (resource: Declared, around: Surroundings, name: string) => readonly Line[]

/** What one load-balancer unit carries in TLS: new connections a second, open ones, and gigabytes an hour. */
const UNIT = { connectionsPerSecond: 50, openConnections: 3_000, gigabytesPerHour: 1 }

const ENDPOINTS_INCLUDED = 2

/** Types of resources that are charged for, and how. */
export const PRICED: Readonly<Record<string, Rule>> = {
  aws_ecs_service: fargate,
  aws_nat_gateway: (_, { demand, usage, gateways }) => [
    { what: 'NAT gateway', item: 'nat-gateway-hour', quantity: always(HOURS) },
    {
      what: 'NAT, calls to upstreams through it',
      item: 'nat-gigabyte',
      quantity: both(demand, ({ inGigabytes, outGigabytes }) => {
        return ((inGigabytes + outGigabytes) * usage.throughNat) / gateways
      }),
    },
  ],
  aws_eip: () => [{ what: 'public address', item: 'public-ipv4-hour', quantity: always(HOURS) }],
  aws_lb: balancer,
  aws_vpc_endpoint: (resource) => {
    const zones = Array.isArray(resource.subnet_ids) ? resource.subnet_ids.length : 1
    if (resource.vpc_endpoint_type !== 'Interface') return []
    return [{ what: 'interface endpoint', item: 'interface-endpoint-hour', quantity: always(HOURS * zones) }]
  },
  ...databaseCosts,
  aws_kms_key: () => [{ what: 'KMS key', item: 'kms-key-month', quantity: always(1) }],
  aws_kms_replica_key: () => [{ what: 'KMS key', item: 'kms-key-month', quantity: always(1) }],
  aws_secretsmanager_secret: ({ replica }) => {
    const copies = Array.isArray(replica) ? replica.length : 0
    return [{ what: 'secrets, with copies', item: 'secret-month', quantity: always(1 + copies) }]
  },
  aws_cloudwatch_metric_alarm: () => [{ what: 'alarm', item: 'alarm-month', quantity: always(1) }],
  aws_route53_zone: ({ vpc }, { dnsPolicy, usage }) => [
    { what: 'hosted zone', item: 'route53-zone-month', quantity: always(1) },
    // A private zone answers for nothing.
    ...(vpc
      ? []
      : [{ what: 'DNS answers', item: `route53-queries-${dnsPolicy}`, quantity: always(usage.dnsMillions) }]),
  ],
  aws_route53_health_check: (resource) => [
    { what: 'health check', item: 'route53-health-check-month', quantity: always(1) },
    {
      what: 'health check, features',
      item: 'route53-health-check-feature-month',
      quantity: always(features(resource)),
    },
  ],
  aws_route53recoverycontrolconfig_cluster: () => [
    { what: 'recovery controller’s cluster', item: 'recovery-cluster-hour', quantity: always(HOURS) },
  ],
  aws_globalaccelerator_accelerator: () => [
    { what: 'accelerator', item: 'accelerator-hour', quantity: always(HOURS) },
    { what: 'accelerator’s addresses', item: 'public-ipv4-hour', quantity: always(2 * HOURS) },
  ],
  aws_globalaccelerator_endpoint_group: (_, { demand }) => [
    { what: 'accelerator’s traffic', item: 'accelerator-gigabyte', quantity: both(demand, (it) => it.outGigabytes) },
  ],
  aws_ec2_transit_gateway_vpc_attachment: attachment,
  aws_ec2_transit_gateway_peering_attachment: (resource, around) => [
    ...attachment(resource, around),
    replication(around),
  ],
  aws_ec2_transit_gateway_peering_attachment_accepter: attachment,
  aws_vpc_peering_connection: (_, around) => [replication(around)],
  aws_vpn_connection: () => [{ what: 'VPN connection', item: 'vpn-connection-hour', quantity: always(HOURS) }],
  cloudflare_load_balancer: (_, { usage, of }) => [
    { what: 'Cloudflare’s balancer', item: 'cloudflare-balancer-month', quantity: always(1) },
    {
      what: 'Cloudflare’s further endpoints',
      item: 'cloudflare-endpoint-month',
      quantity: always(Math.max(0, Object.keys(of('cloudflare_load_balancer_pool')).length - ENDPOINTS_INCLUDED)),
    },
    { what: 'DNS answers', item: 'cloudflare-queries', quantity: always(usage.dnsMillions) },
  ],
}

/** Types of resources that cost nothing themselves, or next to nothing at this scale. */
export const FREE: readonly RegExp[] = [
  /^aws_(acm|appautoscaling|backup_(selection|vault)|cloudwatch_log|db_(parameter|subnet)_group|ecr|iam)/,
  /^aws_(customer_gateway|default_security_group|ecs_(cluster|task_definition)|flow_log|internet_gateway|kms_alias)/,
  /^aws_(lb_(listener|target_group)|rds_(cluster_parameter_group|global_cluster)|route(_table.*)?$|security_group)/,
  /^aws_(route53_(record|zone_association)|route53recoverycontrolconfig_(control_panel|routing_control|safety_rule))/,
  /^aws_(secretsmanager_secret_version|secretsmanager_secret_policy|sns|subnet|vpc$|vpc_(dhcp|peering_connection_accepter))/,
  /^aws_(vpc_security_group|vpn_(connection_route|gateway)|ec2_transit_gateway(_route.*)?$|globalaccelerator_listener|ec2_managed_prefix_list)/,
  /^aws_(kms_(key_policy|grant)|s3_|ssm_parameter)|^(null_resource|terraform_data|random_|cloudflare_|antipode_)/,
]

function fargate(service: Declared, { of, usage }: Surroundings, name: string): readonly Line[] {
  const task = Object.entries(of('aws_ecs_task_definition')).find(([definition]) => {
    return `${service.task_definition}`.includes(`aws_ecs_task_definition.${definition}.`)
  })?.[1]
  const target = Object.values(of('aws_appautoscaling_target')).find(({ resource_id }) => {
    return `${resource_id}`.includes(`aws_ecs_service.${name}.`)
  })
  const fewest = Number(target?.min_capacity ?? service.desired_count ?? 1)
  const most = Number(target?.max_capacity ?? service.desired_count ?? 1)
  const tasks = most === fewest ? `${fewest} tasks` : `${fewest} to ${most} tasks`
  const quantity = (each: number): Quantity => ({ usual: fewest * each, failedOver: most * each })
  return [
    {
      what: `Fargate processors, ${tasks}`,
      item: 'fargate-vcpu-hour',
      quantity: quantity((HOURS * Number(task?.cpu ?? 0)) / 1_024),
    },
    {
      what: `Fargate memory, ${tasks}`,
      item: 'fargate-gigabyte-hour',
      quantity: quantity((HOURS * Number(task?.memory ?? 0)) / 1_024),
    },
    { what: 'logs', item: 'logs-gigabyte', quantity: quantity(usage.logGigabytesPerTask) },
  ]
}

/** A balancer of callers also pays for what it carries; what control planes and gateways say to each other is little. */
function balancer(resource: Declared, { demand, usage, balancers }: Surroundings): readonly Line[] {
  const hours: Line = { what: 'network balancer', item: 'nlb-hour', quantity: always(HOURS) }
  if (resource.internal === true) return [hours]
  const zones = Array.isArray(resource.subnets) ? resource.subnets.length : 1
  const shared = both(demand, (all) => unitHours(all, usage.callsPerConnection, usage.connectionSeconds) / balancers)
  return [
    hours,
    { what: 'network balancer, load', item: 'nlb-unit-hour', quantity: shared },
    { what: 'network balancer, addresses', item: 'public-ipv4-hour', quantity: always(zones * HOURS) },
    {
      what: 'answers to callers',
      item: 'internet-gigabyte',
      quantity: both(demand, ({ outGigabytes }) => outGigabytes / balancers),
    },
  ]
}

/** AWS charges for whichever of the three is most. */
function unitHours(
  { callsPerSecond, inGigabytes, outGigabytes }: Demand,
  perConnection: number,
  seconds: number,
): number {
  const opened = callsPerSecond / perConnection
  const units = [
    opened / UNIT.connectionsPerSecond,
    (opened * seconds) / UNIT.openConnections,
    (inGigabytes + outGigabytes) / HOURS / UNIT.gigabytesPerHour,
  ]
  return Math.max(...units) * HOURS
}

function attachment(_: Declared, { usage }: Surroundings): readonly Line[] {
  return [
    { what: 'transit gateway attachment', item: 'transit-gateway-attachment-hour', quantity: always(HOURS) },
    {
      what: 'transit gateway, traffic',
      item: 'transit-gateway-gigabyte',
      quantity: always(usage.replicatedGigabytes / 2),
    },
  ]
}

function replication({ usage }: Surroundings): Line {
  return {
    what: 'replication between regions',
    item: 'inter-region-gigabyte',
    quantity: always(usage.replicatedGigabytes),
  }
}

/** HTTPS, text to look for, latency and a fast interval are charged for one by one; what only calculates has none. */
function features({ type, request_interval, measure_latency, search_string }: Declared): number {
  const kind = `${type}`
  return [kind.startsWith('HTTPS'), search_string, measure_latency, Number(request_interval) === 10].filter(Boolean)
    .length
}

function both(demand: Surroundings['demand'], of: (demand: Demand) => number): Quantity {
  return { usual: of(demand.usual), failedOver: of(demand.failedOver) }
}
