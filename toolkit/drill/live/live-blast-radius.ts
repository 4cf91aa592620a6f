import type { Duration } from '../../../topology/index.ts'
import { blastRadius } from '../compile/blast-radius.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import { type AclRule, ANYWHERE, CALLER_PORT, describeRule } from './denials.ts'
import type { DeployedHost } from './deployed-gateways.ts'
import type { AimedFault } from './live-carrier.ts'

export interface LivePlan {
  readonly drill: CompiledDrill
  readonly host: DeployedHost
  readonly aimed: readonly AimedFault[]
  readonly lease: Duration
  readonly until: Date
  /** ARN of the role that EventBridge Scheduler undoes with. */
  readonly role: string
}

/** All that a live drill touches, by its identifiers, whom it concerns, for how long, and how it is taken back. */
export function liveBlastRadius({ drill, host, aimed, lease, until, role }: LivePlan): string[] {
  const { topology, spec } = drill
  const end = until.toISOString().replace(/\.\d+Z$/, 'Z')
  const aims = aimed.flatMap((fault) => fault.aims)
  const touched = aims.flatMap(({ acl, entries }) => [
    ['touches', `${acl.region}: ${acl.id}, the network ACL of every subnet of ${acl.vpc} (${acl.cidr})`] as const,
    ...entries.map((entry) => ['', `rule ${entry.number}: ${describeRule(entry)}`] as const),
    ...Object.entries(topology.regions[acl.region]?.clusters ?? {}).map(([name, cluster]) => {
      return ['', `callers of ${cluster.host} too, the cluster ${name} of ${acl.region}`] as const
    }),
  ])
  const calls = [...new Set(spec.traffic.calls.map(({ method, path }) => `${method} ${path}`))].join(', ')
  const whole = aims.some(({ entries }) => entries.some(isIsolation))
  const between = drill.faults.some(({ fault }) => fault.name === 'partition')
  const rows: (readonly [string, string])[] = [
    ...touched,
    ...(between
      ? [['', 'control planes no longer hear each other; what AWS replicates does not pass there'] as const]
      : []),
    ['', 'connections that are open fall silent too; no process is stopped, and nothing within the network is cut off'],
    ...(whole ? [['', 'whatever else is in that network is cut off too, also from the internet'] as const] : []),
    ...host.gateways.map(({ region, name, addresses }) => {
      return ['calls', `${region}: ${name} at ${addresses.join(', ')}, port ${CALLER_PORT}`] as const
    }),
    ['', `${spec.traffic.rate.value}/s to ${topology.host}, real ones: ${calls}`],
    ['lasts', `until callers have recovered and ${spec.recover.hold} more, at most until ${end}`],
    ['may lose', 'calls under way, and those of callers who do not move; no configuration: nobody is promoted'],
    ...(drill.writerStops
      ? [['', 'configuration writes of others fail, or are in doubt, until it is undone'] as const]
      : []),
    ['undone', 'by this command, however it ends; its journal outlives it (antipode drill heal)'],
    ['', `without it by EventBridge Scheduler in the same region, with ${role},`],
    ['', `${lease} after this command was last heard, to the minute, and at ${end} at the latest`],
  ]
  const width = Math.max(...rows.map(([label]) => label.length), 9)
  return [...blastRadius(drill), ...rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`)]
}

function isIsolation({ action, port, from }: AclRule): boolean {
  return action === 'deny' && port === null && from === ANYWHERE
}
