import { Upstream } from './upstream.ts'

/**
 * The drill's own upstream: one node for all regions, or, for a drill that loses it in one, a node in each. What calls
 * arrived twice is known of the nodes that live.
 */
export class RegionalUpstreams {
  readonly #nodes: Map<string, Upstream>

  private constructor(nodes: Map<string, Upstream>) {
    this.#nodes = nodes
  }

  static async start(regions: readonly string[]): Promise<RegionalUpstreams> {
    const nodes = await Promise.all(regions.map(async (region) => [region, await Upstream.start()] as const))
    return new RegionalUpstreams(new Map(nodes))
  }

  get ports(): number[] {
    return [...this.#nodes.values()].map(({ port }) => port)
  }

  portOf(region: string): number | null {
    return this.#nodes.get(region)?.port ?? null
  }

  async lose(region: string): Promise<void> {
    await this.#nodes.get(region)?.kill()
  }

  /** On the port it had; what lives is left alone. */
  async startAgain(region: string): Promise<void> {
    const node = this.#nodes.get(region)
    if (node && !node.alive) this.#nodes.set(region, await Upstream.start(node.port))
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
