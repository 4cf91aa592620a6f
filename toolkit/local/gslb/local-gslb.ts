import type { GslbState } from '../local-topology.ts'
import { answeredRecords, chooseRecord } from './choose-record.ts'
import { DnsServer } from './dns-server.ts'
import { HealthCheck } from './health-check.ts'
import { probeHttp } from './http-probe.ts'
import type { GslbRecord, GslbZone } from './synthesised-zone.ts'

/** Stands for what is answered at this moment; no region has such a name. */
export const STALE = '(stale)'
/** Seconds for which a resolver that serves stale answers tells others to keep them (RFC 8767, section 4). */
export const STALE_TTL = 30

/** Where a region's gateways are on this machine. */
export interface RegionPlace {
  readonly address: string
  /** The status listener, which health checks ask. */
  readonly status: { readonly host: string; readonly port: number }
}

export interface LocalGslbOptions {
  readonly zone: GslbZone
  readonly places: ReadonlyMap<string, RegionPlace>
  /** A health check changed its mind, and with it perhaps the answer. */
  readonly onChange: (state: GslbState) => void
}

/** Answers for the topology's host from its synthesised records, as its health checks see the regions. */
export class LocalGslb {
  readonly #options: LocalGslbOptions
  readonly #checks: ReadonlyMap<string, HealthCheck>
  readonly #dns: DnsServer
  #insists: { readonly region: string } | { readonly healthy: ReadonlySet<string> } | undefined

  constructor(options: LocalGslbOptions) {
    this.#options = options
    const { zone, places } = options
    const create = ({ region, check }: GslbRecord): [string, HealthCheck] => {
      const place = places.get(region)
      if (!place) throw new Error(`the synthesised record ${region} is of no region that runs here`)
      const target = { ...place.status, path: check.path }
      return [
        region,
        new HealthCheck({
          ...{ interval: check.interval, threshold: check.threshold },
          ...(zone.healthyShare !== undefined && { healthyShare: zone.healthyShare }),
          probe: () => probeHttp(target),
          onChange: () => options.onChange(this.state()),
        }),
      ]
    }
    this.#checks = new Map(zone.records.map(create))
    this.#dns = new DnsServer({
      host: zone.host,
      resolve: (vantage) => {
        const isHealthy = (candidate: string) => this.#countsAsHealthy(candidate)
        const { region, ttl } = chooseRecord(zone.records, isHealthy, vantage, Math.random, zone.lastResort)
        if (!this.#insists) return { address: places.get(region)!.address, ttl }
        if ('region' in this.#insists) return { address: places.get(this.#insists.region)!.address, ttl }
        return { address: places.get(region)!.address, ttl: STALE_TTL }
      },
    })
  }

  /** Answers with the port, which is a free one for 0. */
  listen(address: string, port: number): Promise<number> {
    return this.#dns.listen(address, port)
  }

  /** Begins to check; before that every region counts as healthy. */
  startChecks(): void {
    for (const check of this.#checks.values()) check.start()
  }

  /** What somebody is answered with now, the most likely first, and what each health check sees. */
  state(): GslbState {
    const { zone, places } = this.#options
    const healthy = answeredRecords(zone.records, (candidate) => this.#countsAsHealthy(candidate), zone.lastResort)
    const answered = this.#insists && 'region' in this.#insists ? [this.#insists] : healthy
    return {
      host: zone.host,
      answers: answered.map(({ region }) => ({ region, address: places.get(region)!.address })),
      healthChecks: [...this.#checks].map(([checked, { healthy, share, since }]) => ({
        ...{ region: checked, healthy, share },
        since: since.toISOString(),
      })),
    }
  }

  /**
   * Answers with one region whatever the checks say; or from now on as at this moment, with the lifetime that a
   * resolver gives to stale answers; or, without `answer`, by the checks again.
   *
   * @throws RangeError where `answer` is no region that runs here
   */
  insistOn(answer: string | typeof STALE | undefined): void {
    const { zone, places } = this.#options
    if (answer === undefined) this.#insists = undefined
    else if (answer === STALE) {
      const regions = zone.records.map(({ region }) => region)
      this.#insists = { healthy: new Set(regions.filter((region) => this.#isHealthy(region))) }
    } else if (places.has(answer)) this.#insists = { region: answer }
    else throw new RangeError(`${answer} is no region that runs here`)
    this.#options.onChange(this.state())
  }

  async close(): Promise<void> {
    for (const check of this.#checks.values()) check.close()
    await this.#dns.close()
  }

  #countsAsHealthy(region: string): boolean {
    if (this.#insists && 'healthy' in this.#insists) return this.#insists.healthy.has(region)
    return this.#isHealthy(region)
  }

  #isHealthy(region: string): boolean {
    return this.#checks.get(region)?.healthy ?? false
  }
}
