import { Upstream } from './upstream.ts'

/**
 * The drill's own upstream: one node for all regions, or, for a drill that loses it in one, a node in each. What calls
 * arrived twice is known of the nodes that live.
 */
export class RegionalUpstreams {
  readonly #address: string
  readonly #nodes: Map<string, Upstream>

  private constructor(address: string, nodes: Map<string, Upstream>) {
    this.#address = address
    this.#nodes = nodes
  }

  /** @param address where gateways reach this machine */
  static async start(regions: readonly string[], address: string): Promise<RegionalUpstreams> {
    const nodes = await Promise.all(regions.map(async (region) => [region, await Upstream.start(address)] as const))
    return new RegionalUpstreams(address, new Map(nodes))
  }

  /** `address:port` each. */
  get nodes(): string[] {
    return [...this.#nodes.values()].map(({ node }) => node)
  }

  nodeOf(region: string): string | null {
    return this.#nodes.get(region)?.node ?? null
  }

  async lose(region: string): Promise<void> {
    await this.#nodes.get(region)?.kill()
  }

  /** On the port it had; what lives is left alone. */
  async startAgain(region: string): Promise<void> {
    const node = this.#nodes.get(region)
    if (node && !node.alive) this.#nodes.set(region, await Upstream.start(this.#address, node.port))
  }

  async duplicated(): Promise<number> {
    const living = [...this.#nodes.values()].filter(({ alive }) => alive)
    const counts = await Promise.all(living.map((node) => node.count()))
    return counts.reduce((sum, { duplicated }) => sum + duplicated, 0)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node.stop()))
  }
}
