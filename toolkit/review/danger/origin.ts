import { lineOf } from '../read/topology-lines.ts'
import { GLOBAL, type TopologySource } from '../snapshot.ts'

/** Where in a topology an argument of a resource comes from; `<region>` stands for the resource's region. */
const ORIGINS: readonly { readonly type: RegExp; readonly argument: RegExp; readonly path: string }[] = [
  { type: /^aws_route53_health_check$/, argument: /^request_interval/, path: 'gslb.health.interval' },
  { type: /^aws_route53_health_check$/, argument: /^failure_threshold/, path: 'gslb.health.threshold' },
  { type: /^aws_route53_record$/, argument: /^ttl/, path: 'gslb.ttl' },
  { type: /^aws_route53_record$/, argument: /_routing_policy/, path: 'gslb.policy' },
  { type: /^aws_route53_(record|zone)$|^aws_acm_certificate$/, argument: /^(name|domain_name)/, path: 'host' },
  { type: /^aws_globalaccelerator_/, argument: /health_check/, path: 'gslb.health' },
  { type: /^cloudflare_load_balancer_monitor$/, argument: /^interval/, path: 'gslb.health.interval' },
  { type: /^cloudflare_/, argument: /^(zone_id|account_id)/, path: 'gslb.cloudflare' },
  { type: /^cloudflare_/, argument: /./, path: 'gslb' },
  {
    type: /^aws_(db_instance|rds_cluster|rds_cluster_instance)$/,
    argument: /kms_key_id/,
    path: 'regions.<region>.key',
  },
  {
    type: /kms|^aws_(secretsmanager_secret|backup_vault|cloudwatch_log_group)/,
    argument: /kms|key/,
    path: 'regions.<region>.key',
  },
  { type: /^aws_db_instance$/, argument: /^(identifier|replicate_source_db)/, path: 'regions.<region>.database' },
  { type: /^aws_(db_instance|rds_cluster_instance)$/, argument: /^instance_class/, path: 'database.instanceClass' },
  { type: /^aws_(db|rds)_/, argument: /^(engine_version|family|parameter_group_name)/, path: 'database.version' },
  { type: /^aws_(db|rds)_/, argument: /./, path: 'database' },
  { type: /^aws_cloudwatch_metric_alarm$/, argument: /^threshold/, path: 'database.maxLag' },
  { type: /^aws_vpc$/, argument: /^cidr_block/, path: 'regions.<region>.network' },
  { type: /^aws_subnet$/, argument: /^cidr_block/, path: 'regions.<region>.network' },
  { type: /^aws_subnet$/, argument: /^availability_zone/, path: 'regions.<region>.zones' },
  {
    type: /^aws_(lb|nat_gateway|eip|route_table\w*|db_subnet_group)$/,
    argument: /subnet/,
    path: 'regions.<region>.zones',
  },
  { type: /^aws_ecs_service$/, argument: /^desired_count/, path: 'regions.<region>.<service>.instances' },
  { type: /^aws_appautoscaling_target$/, argument: /^min_capacity/, path: 'regions.<region>.<service>.instances' },
  { type: /^aws_appautoscaling_target$/, argument: /^max_capacity/, path: 'regions.<region>.<service>.growsTo' },
  { type: /^aws_(vpc_peering|ec2_transit_gateway)/, argument: /./, path: 'links' },
  { type: /^aws_(vpn|customer_gateway)/, argument: /./, path: 'sites' },
  { type: /^aws_route53recoverycontrolconfig/, argument: /./, path: 'gslb.switch' },
]

/** The property of the topology that an argument follows from; undefined where the table does not know. */
export function originOf(
  { type, region, layer }: { readonly type: string; readonly region: string; readonly layer: string },
  argument: string,
): string | undefined {
  const found = ORIGINS.find((origin) => origin.type.test(type) && origin.argument.test(argument))
  if (!found) return undefined
  if (found.path.includes('<region>') && region === GLOBAL) return undefined
  const service = layer.startsWith('control-plane') ? 'controlPlane' : 'dataPlane'
  return found.path.replace('<region>', region).replace('<service>', service)
}

/** A property of the topology with the line that writes it: `gslb.ttl` in `stacks/payments.ts:31`. */
export interface Origin {
  readonly path: string
  readonly file: string | null
  readonly line: number | null
}

export function locate(path: string, source: TopologySource | null): Origin {
  return { path, file: source?.file ?? null, line: source ? (lineOf(source, path) ?? null) : null }
}
