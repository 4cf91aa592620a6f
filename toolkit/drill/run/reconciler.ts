import type { LocalRegion } from '../../local/local-topology.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import { callHttp } from '../traffic/http-call.ts'
import type { ConfigurationChanged, DriftRound, Reconciliation } from '../verdict/evidence.ts'
import { askStates } from '../writes/admin-region.ts'
import { EDITION_PATH } from '../writes/editions.ts'
import type { RegionSync } from './region-sync.ts'
import type { SafetyWatch } from './safety-watch.ts'

/** Milliseconds that a region has to take part again once its fault is undone. */
const RETURN_PATIENCE = 120_000
/** Milliseconds that the operator goes on trying. */
const HEAL_PATIENCE = 120_000

/**
 * The operator's part where every region writes for itself: changes the configuration of all of them, finds where one
 * is not as the files say, and heals it. What the files say always wins; no region's own state is ever copied to another.
 */
export class Reconciler {
  readonly #sync: RegionSync
  readonly #watch: SafetyWatch
  readonly #rounds: DriftRound[] = []
  #change: ConfigurationChanged | null = null
  #edition = 1

  constructor(sync: RegionSync, watch: SafetyWatch) {
    this.#sync = sync
    this.#watch = watch
  }

  get account(): Reconciliation {
    return { change: this.#change, rounds: this.#rounds }
  }

  /** Makes a change in every region that can be reached; the others miss it. */
  async change(): Promise<ConfigurationChanged> {
    this.#edition++
    const { done, missed } = await this.#sync.sync({ edition: this.#edition, numbers: null })
    this.#change = {
      edition: this.#edition,
      at: monotonicNow(),
      taken: done,
      missed: missed.map(({ region }) => region),
    }
    return this.#change
  }

  /**
   * Looks for drift, heals it, and looks again.
   *
   * @param since when there was drift to be found, at the earliest
   * @param numbers of the writes that are to be everywhere; null to leave those alone
   * @returns what was found and done; `healedAt` is null where it could not be
   */
  async heal(since: number, numbers: readonly number[] | null): Promise<DriftRound> {
    const wanted = { edition: this.#edition, numbers }
    const found = await this.#watch.until(HEAL_PATIENCE, async () => {
      const { drift, missed } = await this.#sync.diff(wanted)
      return missed.length === 0 ? { drift, at: monotonicNow() } : null
    })
    if (found === null) return this.#keep({ since, foundAt: null, found: [], healedAt: null })
    const { drift, at } = found
    if (drift.length === 0) return this.#keep({ since, foundAt: at, found: [], healedAt: at })
    const healedAt = await this.#watch.until(HEAL_PATIENCE, async () => {
      if ((await this.#sync.sync(wanted)).missed.length > 0) return null
      const { drift: left, missed } = await this.#sync.diff(wanted)
      return left.length + missed.length === 0 ? monotonicNow() : null
    })
    return this.#keep({ since, foundAt: at, found: drift, healedAt })
  }

  /** When every region takes configuration and its gateway answers; null when one does not. */
  untilReturned(regions: readonly LocalRegion[], host: string): Promise<number | null> {
    return this.#watch.until(RETURN_PATIENCE, async () => {
      const states = await askStates(regions)
      const writing = states.filter(({ state }) => state.role === 'active' || state.role === 'solo')
      if (writing.length < regions.length) return null
      const answers = await Promise.all(regions.map((region) => askEdition(region, host)))
      return answers.every(({ status }) => status === 200) ? monotonicNow() : null
    })
  }

  #keep(round: DriftRound): DriftRound {
    this.#rounds.push(round)
    return round
  }
}

function askEdition({ gateway }: LocalRegion, host: string) {
  const { hostname, port } = new URL(gateway)
  const headers = { host }
  return callHttp({ address: hostname, port: Number(port), method: 'GET', path: EDITION_PATH, headers, timeout: 2_000 })
}
