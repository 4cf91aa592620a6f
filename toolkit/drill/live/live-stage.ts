import type { CompiledDrill } from '../compile/compile-drill.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import { ObservationLog } from '../traffic/observation-log.ts'
import type { VantageOrder } from '../traffic/vantage-messages.ts'
import { VantagePoint } from '../traffic/vantage-point.ts'
import type { DeployedHost } from './deployed-gateways.ts'

/** Milliseconds for an order to arrive before its first call is due. */
const START_DELAY = 200

/** The outside world of a live drill: callers and vantage points, each a process of this machine. */
export class LiveStage {
  readonly log = new ObservationLog()
  /** Monotonic time of the first call. */
  began = 0
  readonly #drill: CompiledDrill
  readonly #host: DeployedHost
  readonly #port: number
  #vantages: VantagePoint[] = []

  /** @param port where gateways take calls */
  constructor(drill: CompiledDrill, host: DeployedHost, port: number) {
    this.#drill = drill
    this.#host = host
    this.#port = port
  }

  async startTraffic(): Promise<void> {
    const { vantages, rate } = this.#drill.spec.traffic
    this.#vantages = await Promise.all(vantages.map(() => VantagePoint.launch()))
    this.began = monotonicNow() + START_DELAY
    for (const [index, vantage] of vantages.entries()) {
      // Spread over one interval, so that all vantage points together send evenly.
      const start = this.began + (index * 1_000) / rate.value
      this.#vantages[index]!.observe(this.#order(vantage, index, start), this.log)
    }
  }

  async stopTraffic(): Promise<void> {
    await Promise.all(this.#vantages.map((vantage) => vantage.stop()))
    this.#vantages = []
  }

  #order(vantage: string, index: number, start: number): VantageOrder {
    const { spec, topology } = this.#drill
    const { vantages, rate, cohorts, calls, timeout } = spec.traffic
    const { gateways, dns } = this.#host
    return {
      ...{ vantage, host: topology.host, dns, nearest: null, regions: [], certificates: [], editions: [] },
      place: { index, of: vantages.length },
      deployed: gateways.flatMap(({ region: name, addresses }) =>
        addresses.map((address) => ({ name, address, gatewayPort: this.#port })),
      ),
      probes: gateways.map(({ region }) => ({ region, part: 'data-plane' })),
      ...{ cohorts, calls, start, rate: rate.value / vantages.length },
      ...{ timeout: timeout.milliseconds, clientTail: topology.gslb.clientTail.milliseconds },
    }
  }
}
