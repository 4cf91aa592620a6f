import { LinkCondition } from '../../local/links/link-condition.ts'
import { LinkForwarder } from '../../local/links/link-forwarder.ts'
import { LinkRule } from '../../local/links/link-rule.ts'
import type { LocalRegion } from '../../local/local-topology.ts'
import type { AdminRegion } from '../writes/admin-region.ts'

interface OperatorLink {
  readonly rule: LinkRule
  readonly forwarder: LinkForwarder
}

/**
 * What lies between the drill's operator, the independent client with it, and the Admin APIs: nothing, unless a fault
 * is to cut it. Vantage points go on reaching every region directly. It ends with the drill, and whatever it holds too.
 */
export class OperatorLinks {
  #regions: readonly AdminRegion[]
  readonly #links = new Map<string, OperatorLink>()

  constructor(regions: readonly LocalRegion[]) {
    this.#regions = regions
  }

  /** Every region, with the address at which the operator reaches its Admin API. */
  get regions(): readonly AdminRegion[] {
    return this.#regions
  }

  /** Puts a link in front of these regions' Admin APIs. */
  async open(regions: readonly string[]): Promise<void> {
    this.#regions = await Promise.all(
      this.#regions.map(async ({ name, admin, adminKey }) => {
        if (!regions.includes(name)) return { name, admin, adminKey }
        const { hostname, port } = new URL(admin)
        const rule = new LinkRule()
        const [there, back] = [new LinkCondition([rule]), new LinkCondition([rule])]
        const forwarder = new LinkForwarder({ host: hostname, port: Number(port) }, there, back)
        const { host, port: own } = await forwarder.listen()
        this.#links.set(name, { rule, forwarder })
        return { name, admin: `http://${host}:${own}`, adminKey }
      }),
    )
  }

  /** Holds every byte, both ways. */
  cut(region: string): void {
    this.#links.get(region)?.rule.set({ cut: true })
  }

  join(region: string): void {
    this.#links.get(region)?.rule.set({ cut: false })
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map(({ forwarder }) => forwarder.close()))
  }
}
