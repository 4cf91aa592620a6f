import type { PicturedStack } from './pictured-stack.ts'

/** The main things in a stack, one a line, for its box in the picture. */
export function boxOf(stack: PicturedStack): string[] {
  return CONTENTS.flatMap((content) => content(stack))
}

type Content = (stack: PicturedStack) => readonly string[]

const CONTENTS: readonly Content[] = [
  (stack) => stack.of('aws_vpc').map(({ cidr_block }) => `VPC ${cidr_block}`),
  counted('aws_nat_gateway', 'NAT gateway'),
  (stack) =>
    stack
      .of('aws_vpc_endpoint')
      .slice(0, 1)
      .map(() => `endpoints to AWS’s services`),
  (stack) => stack.of('aws_route53_zone').map(({ name, vpc }) => `${vpc ? 'private zone' : 'zone'} ${name}`),
  counted('aws_acm_certificate', 'certificate'),
  counted('aws_kms_key', 'KMS key'),
  counted('aws_secretsmanager_secret', 'secret'),
  counted('aws_ecr_repository', 'image repository', 'image repositories'),
  (stack) =>
    stack.of('aws_db_instance').map(({ instance_class, multi_az }) => {
      return `PostgreSQL, ${instance_class}${multi_az === true ? ', two zones' : ''}`
    }),
  (stack) => stack.of('aws_rds_cluster_instance').map(({ instance_class }) => `Aurora PostgreSQL, ${instance_class}`),
  (stack) => stack.of('aws_rds_global_cluster').map(() => 'Aurora Global Database'),
  counted('aws_cloudwatch_metric_alarm', 'alarm'),
  counted('aws_backup_plan', 'backup plan'),
  (stack) =>
    stack.of('aws_lb').map(({ internal }) => {
      const ports = stack.of('aws_lb_listener').map(({ port, protocol }) => `${protocol} ${port}`)
      return `${internal === true ? 'internal' : 'public'} balancer, ${ports.join(', ')}`
    }),
  tasks,
  (stack) => stack.of('aws_globalaccelerator_accelerator').map(() => 'Global Accelerator'),
  healthChecks,
  counted('aws_route53recoverycontrolconfig_routing_control', 'routing control'),
  counted('aws_vpc_peering_connection', 'VPC peering', 'VPC peerings'),
  counted('aws_ec2_transit_gateway', 'transit gateway'),
  counted('aws_vpn_connection', 'VPN connection'),
  counted('cloudflare_load_balancer', 'Cloudflare balancer'),
]

function counted(type: string, one: string, several = `${one}s`): Content {
  return (stack) => {
    const { length } = stack.of(type)
    if (length === 0) return []
    return [length === 1 ? one : `${length} ${several}`]
  }
}

function tasks(stack: PicturedStack): string[] {
  const [target] = stack.of('aws_appautoscaling_target')
  const roles = stack.configurations.map(({ deployment }) => deployment?.role?.replace('_', ' ') ?? 'tasks')
  return stack.of('aws_ecs_service').map(({ desired_count }, index) => {
    const fewest = target?.min_capacity ?? desired_count
    const count = target && target.max_capacity !== fewest ? `${fewest} to ${target.max_capacity}` : `${fewest}`
    return `${count} ${roles[index] ?? 'task'}s on Fargate`
  })
}

function healthChecks(stack: PicturedStack): string[] {
  const asking = stack.of('aws_route53_health_check').filter(({ resource_path }) => resource_path !== undefined)
  const [first] = asking
  if (!first) return []
  return [`${asking.length} health checks, every ${first.request_interval} s, lost after ${first.failure_threshold}`]
}
