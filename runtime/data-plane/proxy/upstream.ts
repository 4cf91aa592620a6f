import type { ResourceValue } from '../../model/resource.ts'
import type { VariableScope } from '../../model/variable-expression.ts'
import { compileTemplate } from '../../model/variable-template.ts'
import { type Balancer, ConsistentHash, LeastConnections, RoundRobin, type UpstreamNode } from './balancers.ts'
import { milliseconds } from './milliseconds.ts'

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number
  readonly send: number
  readonly read: number
}

/** What connections to a node have in common, whatever upstream they were opened for. */
export interface ConnectionSettings {
  readonly scheme: 'http' | 'https'
  /** Milliseconds that an idle connection is kept. */
  readonly idleTimeout: number
  /** Requests before a connection is closed. */
  readonly requests: number
  readonly verify: boolean
}

/** An upstream resource, ready to choose nodes from. */
export interface Upstream {
  readonly id: string | undefined
  readonly nodeCount: number
  /** Highest priority first. */
  readonly groups: readonly Balancer[]
  readonly connection: ConnectionSettings
  readonly retries: number
  /** Milliseconds; 0 for no limit. */
  readonly retryTimeout: number
  readonly timeouts: Timeouts
  readonly passHost: 'pass' | 'node' | 'rewrite'
  readonly upstreamHost: string | undefined
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 }
/** Seconds. */
const DEFAULT_TIMEOUT = 60

/** @throws Error for what this data plane cannot do with an upstream, with the property */
export function compileUpstream(value: ResourceValue, id: string | undefined): Upstream {
  const scheme = (value.scheme ?? 'http') as string
  if (scheme !== 'http' && scheme !== 'https') throw new Error(`scheme: ${scheme} is not spoken here`)
  if (value.nodes === undefined) throw new Error('nodes: service discovery is not available here')
  const nodes = readNodes(value.nodes, DEFAULT_PORTS[scheme]!).filter((node) => node.weight > 0)
  const pool = (value.keepalive_pool ?? {}) as { idle_timeout?: number; requests?: number }
  const tls = (value.tls ?? {}) as { verify?: boolean; client_cert?: string; client_cert_id?: string }
  if (tls.client_cert || tls.client_cert_id) throw new Error('tls: client certificates are not supported here')
  const priorities = [...new Set(nodes.map((node) => node.priority))].sort((a, b) => b - a)
  return {
    id,
    nodeCount: nodes.length,
    groups: priorities.map((priority) =>
      createBalancer(
        value,
        nodes.filter((node) => node.priority === priority),
      ),
    ),
    connection: {
      scheme,
      idleTimeout: milliseconds(pool.idle_timeout ?? 60),
      requests: pool.requests ?? 1000,
      verify: tls.verify ?? false,
    },
    retries: typeof value.retries === 'number' ? value.retries : Math.max(0, nodes.length - 1),
    retryTimeout: Number(value.retry_timeout ?? 0) * 1000,
    timeouts: readTimeouts(value.timeout ?? {})!,
    passHost: (value.pass_host ?? 'pass') as Upstream['passHost'],
    upstreamHost: value.upstream_host as string | undefined,
  }
}

/** Seconds in the resource, milliseconds here. Undefined when there are none. */
export function readTimeouts(value: unknown): Timeouts | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { connect, send, read } = value as Readonly<Record<keyof Timeouts, number | undefined>>
  const limit = (seconds = DEFAULT_TIMEOUT) => milliseconds(seconds)
  return { connect: limit(connect), send: limit(send), read: limit(read) }
}

function readNodes(value: unknown, defaultPort: number): UpstreamNode[] {
  const nodes = listNodes(value, defaultPort)
  const wrong = nodes.find(({ host, port }) => !URL.canParse(originOf('http', host, port)))
  if (wrong) throw new Error(`nodes: ${wrong.host}:${wrong.port} is no address`)
  return nodes
}

/** `scheme://host:port`, with brackets around an IPv6 address. */
export function originOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}

function listNodes(value: unknown, defaultPort: number): UpstreamNode[] {
  if (Array.isArray(value)) {
    return value.map((node) => ({
      host: node.host,
      port: node.port ?? defaultPort,
      weight: node.weight,
      priority: node.priority ?? 0,
      active: 0,
    }))
  }
  return Object.entries(value as Readonly<Record<string, number>>).map(([address, weight]) => {
    const match = /^(.*?)(?::(\d+))?$/.exec(address)!
    return { host: match[1]!, port: match[2] ? Number(match[2]) : defaultPort, weight, priority: 0, active: 0 }
  })
}

function createBalancer(value: ResourceValue, nodes: readonly UpstreamNode[]): Balancer {
  switch (value.type ?? 'roundrobin') {
    case 'roundrobin':
      return new RoundRobin(nodes)
    case 'least_conn':
      return new LeastConnections(nodes)
    case 'chash':
      return new ConsistentHash(nodes, hashKey(value))
    default:
      throw new Error(`type: ${value.type} is not available here`)
  }
}

function hashKey(value: ResourceValue): (call: VariableScope) => string {
  const key = String(value.key ?? '')
  const remote = (call: VariableScope) => String(call.variable('remote_addr') ?? '')
  const reader = (name: string) => (call: VariableScope) => String(call.variable(name) ?? remote(call))
  switch (value.hash_on ?? 'vars') {
    case 'vars':
      return reader(key)
    case 'header':
      return reader(`http_${key.toLowerCase().replaceAll('-', '_')}`)
    case 'cookie':
      return reader(`cookie_${key}`)
    case 'consumer':
      return reader('consumer_name')
    case 'vars_combinations': {
      const template = compileTemplate(key)
      return (call) => template(call) || remote(call)
    }
    default:
      throw new Error(`hash_on: ${value.hash_on} is not known`)
  }
}
