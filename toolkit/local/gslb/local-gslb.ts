import type { GslbState } from '../local-topology.ts'
import { answeredRecords, chooseRecord } from './choose-record.ts'
import { DnsServer } from './dns-server.ts'
import { HealthCheck } from './health-check.ts'
import { probeHttp } from './http-probe.ts'
import type { GslbRecord, GslbZone } from './synthesised-zone.ts'

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
        const isHealthy = (candidate: string) => this.#isHealthy(candidate)
        const { region, ttl } = chooseRecord(zone.records, isHealthy, vantage, Math.random, zone.lastResort)
        return { address: places.get(region)!.address, ttl }
      },
    })
  }

  async listen(address: string, port: number): Promise<void> {
    await this.#dns.listen(address, port)
  }

  /** Begins to check; before that every region counts as healthy. */
  startChecks(): void {
    for (const check of this.#checks.values()) check.start()
  }

  /** What somebody is answered with now, the most likely first, and what each health check sees. */
  state(): GslbState {
    const { zone, places } = this.#options
    const answered = answeredRecords(zone.records, (candidate) => this.#isHealthy(candidate), zone.lastResort)
    return {
      host: zone.host,
      answers: answered.map(({ region }) => ({ region, address: places.get(region)!.address })),
      healthChecks: [...this.#checks].map(([checked, { healthy, share, since }]) => ({
        ...{ region: checked, healthy, share },
        since: since.toISOString(),
      })),
    }
  }

  async close(): Promise<void> {
    for (const check of this.#checks.values()) check.close()
    await this.#dns.close()
  }

  #isHealthy(region: string): boolean {
    return this.#checks.get(region)?.healthy ?? false
  }
}
