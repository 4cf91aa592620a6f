import { crc32 } from 'node:zlib'
import type { VariableScope } from '../../model/variable-expression.ts'

/** One server of an upstream. */
export interface UpstreamNode {
  readonly host: string
  readonly port: number
  /** Share of the traffic; 0 gets none. */
  readonly weight: number
  /** Nodes of lower priority are used only once all of higher priority have failed for a call. */
  readonly priority: number
  /** Calls under way. */
  active: number
}

/** Chooses a node of one priority for a call. `tried` have failed for this call already. */
export interface Balancer {
  pick(call: VariableScope, tried: ReadonlySet<UpstreamNode> | undefined): UpstreamNode | undefined
}

/** Smooth weighted round robin, as nginx does it: with weights 5, 1, 1 the order is a a b a c a a. */
export class RoundRobin implements Balancer {
  readonly #nodes: { node: UpstreamNode; current: number }[]

  constructor(nodes: readonly UpstreamNode[]) {
    this.#nodes = nodes.map((node) => ({ node, current: 0 }))
  }

  pick(_call: VariableScope, tried: ReadonlySet<UpstreamNode> | undefined): UpstreamNode | undefined {
    let best: { node: UpstreamNode; current: number } | undefined
    let total = 0
    for (const entry of this.#nodes) {
      if (tried?.has(entry.node)) continue
      entry.current += entry.node.weight
      total += entry.node.weight
      if (!best || entry.current > best.current) best = entry
    }
    if (best) best.current -= total
    return best?.node
  }
}

/** The node with the fewest calls under way for its weight. */
export class LeastConnections implements Balancer {
  readonly #nodes: readonly UpstreamNode[]

  constructor(nodes: readonly UpstreamNode[]) {
    this.#nodes = nodes
  }

  pick(_call: VariableScope, tried: ReadonlySet<UpstreamNode> | undefined): UpstreamNode | undefined {
    let best: UpstreamNode | undefined
    let least = Number.POSITIVE_INFINITY
    for (const node of this.#nodes) {
      const load = (node.active + 1) / node.weight
      if (load < least && !tried?.has(node)) [best, least] = [node, load]
    }
    return best
  }
}

/** Points on the ring for each unit of the smallest weight: as ketama. */
const POINTS = 160

/** Equal keys go to the same node; when a node goes, only its own keys move. */
export class ConsistentHash implements Balancer {
  readonly #ring: { point: number; node: UpstreamNode }[]
  readonly #keyOf: (call: VariableScope) => string

  constructor(nodes: readonly UpstreamNode[], keyOf: (call: VariableScope) => string) {
    this.#keyOf = keyOf
    const total = nodes.reduce((sum, node) => sum + node.weight, 0)
    this.#ring = nodes.flatMap((node) => {
      const points = Math.max(1, Math.round((POINTS * nodes.length * node.weight) / total))
      return Array.from({ length: points }, (_, index) => ({ point: hash(`${node.host}:${node.port}-${index}`), node }))
    })
    this.#ring.sort((a, b) => a.point - b.point)
  }

  pick(call: VariableScope, tried: ReadonlySet<UpstreamNode> | undefined): UpstreamNode | undefined {
    const ring = this.#ring
    const start = this.#firstAtOrAfter(hash(this.#keyOf(call)))
    for (let step = 0; step < ring.length; step++) {
      const { node } = ring[(start + step) % ring.length]!
      if (!tried?.has(node)) return node
    }
    return undefined
  }

  #firstAtOrAfter(point: number): number {
    let low = 0
    let high = this.#ring.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ring[middle]!.point < point) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** CRC-32 alone keeps similar texts close together on the ring; the multiplication spreads them. */
function hash(text: string): number {
  const mixed = Math.imul(crc32(text) ^ 0x9e3779b9, 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
