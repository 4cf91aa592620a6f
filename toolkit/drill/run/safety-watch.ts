import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import { budgetBurned, successOf } from '../measure/loss.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import type { ObservationLog } from '../traffic/observation-log.ts'

/** A drill that was broken off; `message` says why. */
export class DrillAborted extends Error {
  override readonly name = 'DrillAborted'
}

const LOOK_EVERY = 100

/** Whoever aborts may say why. */
function abortOf({ reason }: AbortSignal): DrillAborted {
  return reason instanceof DrillAborted ? reason : new DrillAborted('it was interrupted')
}

/** Waits for what a step needs, and meanwhile watches for what must break the drill off. */
export class SafetyWatch {
  readonly #drill: CompiledDrill
  readonly #log: ObservationLog
  readonly #signal: AbortSignal
  /** When the fault was carried out; abort conditions count from there. */
  struck: number | null = null

  constructor(drill: CompiledDrill, log: ObservationLog, signal: AbortSignal) {
    this.#drill = drill
    this.#log = log
    this.#signal = signal
  }

  /**
   * What `look` finds, as soon as it finds something; null when `patience` milliseconds have passed.
   * @throws DrillAborted on Ctrl-C, and when a condition under `abort` comes true
   */
  async until<T>(patience: number, look: () => T | null | Promise<T | null>): Promise<T | null> {
    const deadline = monotonicNow() + patience
    for (;;) {
      this.check()
      const found = await look()
      if (found !== null) return found
      if (monotonicNow() > deadline) return null
      await sleep(LOOK_EVERY)
    }
  }

  /** @throws DrillAborted */
  check(): void {
    if (this.#signal.aborted) throw abortOf(this.#signal)
    if (this.struck === null) return
    for (const condition of this.#drill.spec.abort) {
      const reason = condition.kind === 'success-below' ? this.#successBelow(condition) : this.#budgetAbove(condition)
      if (reason !== null) throw new DrillAborted(`“${condition.text}” came true: ${reason}`)
    }
  }

  #successBelow(condition: { below: { fraction: number }; window: { milliseconds: number } }): string | null {
    const to = this.#log.settledUntil
    const from = to - condition.window.milliseconds
    if (this.struck === null || from < this.struck) return null
    const success = successOf(this.#log.calls, this.#drill.survivors, from, to)
    if (success === null || success >= condition.below.fraction) return null
    return `${(success * 100).toFixed(1)} % of the calls to ${this.#drill.survivors.join(', ')} succeeded`
  }

  #budgetAbove(condition: { above: { fraction: number } }): string | null {
    const { rate } = this.#drill.spec.traffic
    const burned = budgetBurned(this.#log.calls, rate.value, this.#drill.topology.objectives.availability.fraction)
    return burned > condition.above.fraction ? `${(burned * 100).toFixed(2)} % of the month's budget is spent` : null
  }
}
