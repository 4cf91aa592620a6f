import type { Attribute } from '../framework/schema.ts'
import type { Json, JsonObject } from '../framework/values.ts'
import type { Reference } from './references.ts'

/** Nodes as a list; the Admin API also takes `{"host:port": weight}`, which is read as a list. */
export const NODES: Attribute = {
  description: 'Where requests are sent. Either these, or `service_name` and `discovery_type`.',
  ...{ presence: 'optional', nesting: 'list' },
  attributes: {
    host: { description: 'Host name or address.', type: 'string', presence: 'required' },
    port: { description: 'From 1 to 65535. Default: that of the scheme.', type: 'number', presence: 'optional' },
    weight: {
      description: 'Share of the requests, in relation to the other nodes; 0: none.',
      ...{ type: 'number', presence: 'required' },
    },
    priority: {
      description: 'Nodes of a lower priority serve only when all of a higher one fail. Default: `0`.',
      ...{ type: 'number', presence: 'optional-computed', default: 0 },
    },
    metadata: { description: 'Anything, for people and tools.', type: ['map', 'string'], presence: 'optional' },
  },
}

/** An upstream inside something else: without an id and times of its own. */
export const INLINE_UPSTREAM = {
  omitted: ['upstream.id', 'upstream.create_time', 'upstream.update_time'],
  secrets: ['upstream.tls.client_key'],
  instead: { 'upstream.nodes': NODES },
} as const

export function upstreamReferences(prefix: readonly string[]): readonly Reference[] {
  return [{ path: [...prefix, 'tls', 'client_cert_id'], to: 'ssls', noun: 'client certificate' }]
}

/** An upstream whose nodes are a list, however they are stored. */
export function nodesAsList(upstream: Json): JsonObject {
  const { nodes, ...others } = upstream as JsonObject
  if (nodes === undefined || nodes === null) return others
  if (Array.isArray(nodes)) return { ...others, nodes }
  const list = Object.entries(nodes).map(([address, weight]) => ({ ...addressOf(address), weight: weight as number }))
  return { ...others, nodes: list }
}

/** The same of something that has an upstream. */
export function withNodesAsList({ upstream, ...value }: JsonObject): JsonObject {
  return { ...value, ...(upstream !== undefined && { upstream: nodesAsList(upstream) }) }
}

function addressOf(text: string): { host: string; port?: number } {
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? []
  return { host, ...(port !== undefined && { port: Number(port) }) }
}
