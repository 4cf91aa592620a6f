import type { Link, LinkState } from '../local-topology.ts'
import { LinkCondition } from './link-condition.ts'
import { type Endpoint, LinkForwarder } from './link-forwarder.ts'

/** What crosses links: database streaming, and calls to a control plane's sync listener. */
export type Service = 'database' | 'control-plane'

/**
 * The links between regions: one condition for each pair, and one forwarder for each (from, to, service), so that
 * everything that passes between two regions can be cut or delayed at once, while clients still reach both.
 */
export class RegionLinks {
  readonly #conditions = new Map<string, LinkCondition>()
  readonly #ways: { from: string; to: string; service: Service; forwarder: LinkForwarder }[] = []
  readonly #regions: readonly string[]

  constructor(regions: readonly string[]) {
    this.#regions = regions
    for (const [from, to] of this.#pairs()) this.#conditions.set(pairKey(from, to), new LinkCondition())
  }

  /** Opens a way from region `from` to where region `to` listens for a service. */
  async open(from: string, to: string, service: Service, target: Endpoint): Promise<Endpoint> {
    const forwarder = new LinkForwarder(target, this.#condition(from, to))
    this.#ways.push({ from, to, service, forwarder })
    return forwarder.listen()
  }

  /**
   * Breaks every connection of a region's service, as its side or the other opened it. What was under way is gone, as
   * it is with a region that loses its power; a delay would otherwise let the dead go on speaking for as long.
   */
  drop(region: string, service: Service): void {
    for (const way of this.#ways) {
      if (way.service === service && (way.from === region || way.to === region)) way.forwarder.breakConnections()
    }
  }

  set(from: string, to: string, state: LinkState): void {
    this.#condition(from, to).set(state)
  }

  list(): Link[] {
    return this.#pairs().map(([from, to]) => {
      const { cut, delay } = this.#condition(from, to)
      return { from, to, cut, delay }
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.#ways.map(({ forwarder }) => forwarder.close()))
  }

  #condition(from: string, to: string): LinkCondition {
    const condition = this.#conditions.get(pairKey(from, to))
    if (!condition) throw new RangeError(`there is no link between ${from} and ${to}`)
    return condition
  }

  #pairs(): [string, string][] {
    return this.#regions.flatMap((from, i) => this.#regions.slice(i + 1).map((to): [string, string] => [from, to]))
  }
}

function pairKey(a: string, b: string): string {
  return [a, b].sort().join('\n')
}
