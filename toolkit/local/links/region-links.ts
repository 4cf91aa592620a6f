import type { Link, LinkState } from '../local-topology.ts'
import { LinkCondition } from './link-condition.ts'
import { type Endpoint, LinkForwarder } from './link-forwarder.ts'

/**
 * The links between regions: one condition for each pair, and one forwarder for each (from, to, service), so that
 * everything that passes between two regions can be cut or delayed at once, while clients still reach both.
 */
export class RegionLinks {
  readonly #conditions = new Map<string, LinkCondition>()
  readonly #forwarders: LinkForwarder[] = []
  readonly #regions: readonly string[]

  constructor(regions: readonly string[]) {
    this.#regions = regions
    for (const [from, to] of this.#pairs()) this.#conditions.set(pairKey(from, to), new LinkCondition())
  }

  /** Opens a way from region `from` to a service of region `to`. */
  async open(from: string, to: string, service: Endpoint): Promise<Endpoint> {
    const forwarder = new LinkForwarder(service, this.#condition(from, to))
    this.#forwarders.push(forwarder)
    return forwarder.listen()
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
    await Promise.all(this.#forwarders.map((forwarder) => forwarder.close()))
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
