import { differencesOf } from '../changes/difference.ts'
import type { ResourceChange } from '../changes/resource-change.ts'
import { code, shownValue } from '../markdown/escape.ts'
import type { Review } from '../review.ts'
import { resourcesOf, type Snapshot, type Values } from '../snapshot.ts'
import { type Section, shown } from './section.ts'

/** An answer that the GSLB may give. */
interface Answer {
  readonly host: string
  readonly answer: string
}

/** Whose calls change: hosts, routes, answers of DNS, connections that are drained. */
export const callers: Section = {
  title: 'Callers',
  lines: (review, most) => {
    if (review.input.refusal && review.changes.length === 0) return ['Not known: nothing was synthesised.']
    const lines = [...answers(review), ...routes(review), ...drained(review)]
    return lines.length > 0
      ? shown(lines, most, (it) => `- ${it}`)
      : ['No host, route or answer of DNS changes, and no connection is drained.']
  },
}

function answers({ base, head, input, changes }: Review): string[] {
  if (input.refusal) return []
  if (!changes.some(({ type }) => /^aws_route53_record$|^aws_globalaccelerator_|^cloudflare_/.test(type))) return []
  const [before, after] = [answersOf(base), answersOf(head)]
  const hosts = [...new Set([...before, ...after].map(({ host }) => host))].sort()
  return hosts.flatMap((host) => {
    const [from, to] = [before, after].map((all) =>
      all
        .filter((it) => it.host === host)
        .map(({ answer }) => answer)
        .sort(),
    )
    if (differencesOf(from, to).length === 0) return []
    if (from?.length === 0) return [`${code(host)} gets answers: ${to?.map((it) => code(it)).join(', ')}`]
    if (to?.length === 0)
      return [`${code(host)} has **no answer** any more; it was ${from?.map((it) => code(it)).join(', ')}`]
    return [
      `DNS answers of ${code(host)}: ${from?.map((it) => code(it)).join(', ')} → ${to?.map((it) => code(it)).join(', ')}`,
    ]
  })
}

function answersOf({ stacks }: Snapshot): Answer[] {
  return [...stacks.values()].flatMap((stack) =>
    [...resourcesOf(stack)].flatMap(({ type, block }): Answer[] => {
      if (type === 'aws_route53_record' && (block.set_identifier || isForCallers(block))) {
        return [
          {
            host: `${block.name}`,
            answer: [block.set_identifier ?? block.type, policyOf(block), ttlOf(block)].filter(Boolean).join(', '),
          },
        ]
      }
      if (type === 'aws_globalaccelerator_endpoint_group') {
        return [
          {
            host: 'the accelerator',
            answer: `${block.endpoint_group_region ?? ''}, dial ${block.traffic_dial_percentage ?? 100} %`,
          },
        ]
      }
      if (type === 'cloudflare_load_balancer') {
        const policy = `${block.steering_policy ?? 'off'}, TTL ${block.ttl ?? 30} s${block.proxied ? ', proxied' : ''}`
        return [{ host: `${block.name}`, answer: policy }]
      }
      return []
    }),
  )
}

function isForCallers({ type, name }: Values): boolean {
  return (type === 'A' || type === 'AAAA' || type === 'CNAME') && !/(^_|\.internal\.?$)/.test(`${name}`)
}

function policyOf(block: Values): string {
  const [kind, policy] =
    Object.entries(block).find(([name, value]) => name.endsWith('_routing_policy') && [value].flat().length > 0) ?? []
  const [settings] = [policy].flat() as readonly (Values | undefined)[]
  if (!kind || !settings) return ''
  const value = settings.type ?? settings.weight ?? settings.region ?? settings.continent ?? settings.country ?? ''
  return `${kind.replace('_routing_policy', '')} ${`${value}`.toLowerCase()}`.trim()
}

function ttlOf({ ttl }: Values): string {
  return ttl === undefined || ttl === null ? '' : `TTL ${ttl} s`
}

/** Routes and hosts that our own provider configures. */
function routes({ changes }: Review): string[] {
  return changes
    .filter(({ type }) => /^antipode_(route|service|upstream|ssl|stream_route)$/.test(type))
    .map(({ type, address, action, before, after, differences }) => {
      const { uri, uris, host, hosts, snis } = (after ?? before ?? {}) as Values
      const where = [uri, uris, host, hosts, snis].flat().filter((it) => typeof it === 'string')
      const shownPlaces =
        where.length > 0
          ? ` (${where
              .slice(0, 4)
              .map((it) => code(`${it}`))
              .join(', ')})`
          : ''
      const done =
        { create: 'new', delete: '**gone**', update: 'changed' }[action as 'create'] ??
        '**replaced**, missing in between'
      const paths = differences.slice(0, 3).map(({ path, before: old, after: now }) => {
        return `${code(path)} ${code(shownValue(old), 40)} → ${code(shownValue(now), 40)}`
      })
      return `${type.replace('antipode_', '').replace('_', ' ')} ${code(address)}${shownPlaces} is ${done}${paths.length > 0 ? `: ${paths.join(', ')}` : ''}`
    })
}

/** Tasks that are exchanged close what they hold; how long they may take is the balancer's delay. */
function drained({ changes, head }: Review): string[] {
  const restarted = changes.filter((change) => change.type === 'aws_ecs_task_definition' && change.action !== 'create')
  const byLayer = Map.groupBy(restarted, ({ layer }) => layer)
  return [...byLayer].map(([layer, all]) => {
    const delay = delayOf(all, head)
    const what = layer.startsWith('control-plane')
      ? 'control planes restart, one after the other; gateways keep serving what they hold'
      : `gateways are exchanged one after the other; their connections are drained${delay}`
    const regions = all.map(({ region }) => region).sort()
    return `${code(layer)} in ${regions.join(', ')}: ${what}`
  })
}

function delayOf(changes: readonly ResourceChange[], head: Snapshot): string {
  const stack = head.stacks.get(changes[0]?.stack ?? '')
  if (!stack) return ''
  const delays = [...resourcesOf(stack)].flatMap(({ type, block }) =>
    type === 'aws_lb_target_group' ? [Number(block.deregistration_delay ?? 300)] : [],
  )
  const longest = Math.max(0, ...delays.filter(Number.isFinite))
  return longest > 0 ? ` for up to ${longest} s` : ''
}
