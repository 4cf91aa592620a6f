import { setTimeout as sleep } from 'node:timers/promises'
import type { FailoverRegion } from '../../failover/failover-driver.ts'
import type { OperatorClient } from '../../failover/operator-client.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import type { ObservationLog } from '../traffic/observation-log.ts'
import { controlPlaneSample } from '../traffic/prober.ts'

/** Who asks control planes in a live drill, in the place of a vantage point's name: they let nobody else in. */
export const OPERATOR = 'operator'

const LOOK_EVERY = 500

/** The control planes of a deployment, as their operator reaches them. */
export interface OperatedRegions {
  readonly client: Pick<OperatorClient, 'state'>
  readonly regions: readonly FailoverRegion[]
}

/** Asks every control plane for its state, over and over, and keeps what it says; where it is silent, nothing. */
export class ControlPlaneWatch {
  readonly #operated: OperatedRegions
  readonly #log: ObservationLog
  #looking: Promise<unknown> = Promise.resolve()
  #ended = false

  constructor(operated: OperatedRegions, log: ObservationLog) {
    this.#operated = operated
    this.#log = log
  }

  start(): void {
    this.#looking = Promise.all(this.#operated.regions.map((region) => this.#look(region)))
  }

  async stop(): Promise<void> {
    this.#ended = true
    await this.#looking
  }

  /** Each region on its own: one that is out of reach holds up no other. */
  async #look(region: FailoverRegion): Promise<void> {
    while (!this.#ended) {
      const sent = monotonicNow()
      const state = await this.#operated.client.state(region)
      const asked = { vantage: OPERATOR, region: region.name, sent, ended: monotonicNow() }
      if (state?.role !== undefined) this.#log.controlPlanes.push(controlPlaneSample(state, asked))
      await sleep(LOOK_EVERY)
    }
  }
}
