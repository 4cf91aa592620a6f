import type { CompiledDrill } from '../compile/compile-drill.ts'
import { ObservationLog } from '../traffic/observation-log.ts'
import { startVantages, type VantageTask } from '../traffic/start-vantages.ts'
import type { VantagePoint } from '../traffic/vantage-point.ts'
import type { DeployedHost } from './deployed-gateways.ts'

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
    const { traffic } = this.#drill.spec
    const { points, began } = await startVantages(traffic, this.log, () => this.#task())
    this.#vantages = points
    this.began = began
  }

  async stopTraffic(): Promise<void> {
    await Promise.all(this.#vantages.map((vantage) => vantage.stop()))
    this.#vantages = []
  }

  #task(): VantageTask {
    const { spec, topology } = this.#drill
    const { cohorts, calls, timeout } = spec.traffic
    const { gateways, dns } = this.#host
    return {
      ...{ host: topology.host, dns, nearest: null, regions: [], certificates: [], editions: [] },
      deployed: gateways.flatMap(({ region: name, addresses }) =>
        addresses.map((address) => ({ name, address, gatewayPort: this.#port })),
      ),
      probes: gateways.map(({ region }) => ({ region, part: 'data-plane' })),
      ...{ cohorts, calls },
      ...{ timeout: timeout.milliseconds, clientTail: topology.gslb.clientTail.milliseconds },
    }
  }
}
