import type { Declared, PicturedStack } from './pictured-stack.ts'

/** One arrow of the picture, between stacks by name; `from` may be the callers. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly label: string
  /** `thick` for data that is replicated, `dotted` for what happens only sometimes. */
  readonly line: 'solid' | 'thick' | 'dotted'
  /** @default false */
  readonly bothWays?: boolean
}

/** Everything that flows between stacks, as their resources say. */
export function arrowsBetween(stacks: readonly PicturedStack[]): Arrow[] {
  return [answers, accelerations, configuration, confirmation, storage, replication, links, backups].flatMap((find) =>
    stacks.flatMap((stack) => find(stack, stacks)),
  )
}

type Find = (stack: PicturedStack, stacks: readonly PicturedStack[]) => readonly Arrow[]

/** A routing policy's word for when a region is answered with. */
function policyOf({ failover_routing_policy, latency_routing_policy, weighted_routing_policy }: Declared): string {
  const failover = failover_routing_policy as { type?: string } | undefined
  const weight = weighted_routing_policy as { weight?: number } | undefined
  if (failover?.type === 'PRIMARY') return 'answer while healthy'
  if (failover?.type === 'SECONDARY') return 'answer when the primary is lost'
  if (latency_routing_policy) return 'answer to those nearest'
  return weight ? `answer, weight ${weight.weight}` : 'answer by place'
}

const answers: Find = (gslb, stacks) =>
  gslb
    .of('aws_route53_record')
    .filter(({ set_identifier }) => set_identifier !== undefined)
    .flatMap((record) => {
      const label = policyOf(record)
      const line = label.includes('lost') ? 'dotted' : 'solid'
      const targets = stacks.filter((stack) => stack.isIn(record.records ?? []))
      return targets.map((target): Arrow => ({ from: gslb.name, to: target.name, label, line }))
    })

const accelerations: Find = (gslb, stacks) =>
  gslb.of('aws_globalaccelerator_endpoint_group').flatMap((group) => {
    const label = `dial ${group.traffic_dial_percentage ?? 100} %`
    const targets = stacks.filter((stack) => stack.isIn(group.endpoint_configuration))
    return targets.map((target): Arrow => ({ from: gslb.name, to: target.name, label, line: 'solid' }))
  })

/** Data planes name the control planes they follow, their own first. */
const configuration: Find = (dataPlane, stacks) =>
  dataPlane.configurations.flatMap(({ deployment }) => {
    const hosts = deployment?.role_data_plane?.control_plane?.host ?? []
    return hosts.flatMap((host, index) => {
      const controlPlane = stacks.find((stack) => answersTo(stack, host))
      if (!controlPlane) return []
      const label = index === 0 ? 'configuration, mutual TLS' : 'when its own is lost'
      return [{ from: dataPlane.name, to: controlPlane.name, label, line: index === 0 ? 'solid' : 'dotted' } as const]
    })
  })

/** Each of a pair names the other as its peer; one arrow says it. */
const confirmation: Find = (controlPlane, stacks) =>
  controlPlane.configurations.flatMap(({ antipode }) => {
    const host = antipode?.peer?.host
    const peer = host === undefined ? undefined : stacks.find((stack) => answersTo(stack, host))
    if (!peer || peer.name < controlPlane.name) return []
    const label = antipode?.commit === 'confirmed' ? 'writes confirmed' : 'peers'
    return [{ from: controlPlane.name, to: peer.name, label, line: 'solid', bothWays: true } as const]
  })

const storage: Find = (controlPlane, stacks) =>
  stacks
    .filter((database) => [...database.of('aws_db_instance'), ...database.of('aws_rds_cluster')].length > 0)
    .filter((database) => database.isIn(controlPlane.of('aws_ecs_task_definition')))
    .map((database) => ({ from: controlPlane.name, to: database.name, label: 'SQL, TLS', line: 'solid' }))

const replication: Find = (replica, stacks) => [
  ...replica.of('aws_db_instance').flatMap(({ replicate_source_db }) => {
    const identifier = `${replicate_source_db ?? ''}`.split(':').at(-1)
    const source = stacks.find((stack) => stack.of('aws_db_instance').some((other) => other.identifier === identifier))
    if (!source) return []
    return [{ from: source.name, to: replica.name, label: 'physical replication', line: 'thick' } as const]
  }),
  ...replica.of('aws_rds_cluster').flatMap(({ global_cluster_identifier }) => {
    const shell = stacks.find((stack) =>
      stack
        .of('aws_rds_global_cluster')
        .some((global) => global.global_cluster_identifier === global_cluster_identifier),
    )
    if (!shell) return []
    return [{ from: shell.name, to: replica.name, label: 'member', line: 'thick', bothWays: true } as const]
  }),
]

const links: Find = (link, stacks) => {
  const ends = (resources: readonly Declared[]) => stacks.filter((stack) => stack.isIn(resources))
  const pairs = link.of('aws_vpc_peering_connection').map((peering) => ends([peering]))
  const hubs = link.of('aws_ec2_transit_gateway_vpc_attachment').map((attachment) => ends([attachment]))
  return [
    ...pairs.flatMap(([from, to]): Arrow[] =>
      from && to ? [{ from: from.name, to: to.name, label: 'VPC peering', line: 'solid', bothWays: true }] : [],
    ),
    ...hubs.flatMap(([end]): Arrow[] =>
      end ? [{ from: end.name, to: link.name, label: 'transit gateway', line: 'solid', bothWays: true }] : [],
    ),
  ]
}

const backups: Find = (source, stacks) =>
  source.of('aws_backup_plan').flatMap(({ rule }) => {
    const written = JSON.stringify(rule)
    const target = stacks.find((stack) => {
      return stack.of('aws_backup_vault').some(({ name }) => written.includes(`:backup-vault:${name}"`))
    })
    if (!target || target === source) return []
    return [{ from: source.name, to: target.name, label: 'backups, copied', line: 'dotted' } as const]
  })

/** Whether a stack declares the name of a URL. */
function answersTo(stack: PicturedStack, url: string): boolean {
  const host = new URL(url).hostname
  return stack.of('aws_route53_record').some(({ name }) => name === host)
}
