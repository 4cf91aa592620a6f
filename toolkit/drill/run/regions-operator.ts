import type { LocalDescription } from '../../local/local-topology.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import type { Reconciliation, ServedAfterFault } from '../verdict/evidence.ts'
import type { Reconciler } from './reconciler.ts'
import type { RunRecord } from './run-record.ts'
import { DrillAborted } from './safety-watch.ts'
import { SETTLE_PATIENCE, settledConfiguration } from './settled-configuration.ts'
import type { Stage } from './stage.ts'
import { promisedNumbers, servedAfterFault } from './write-audit.ts'

/** A region that was brought many changes at once needs longer. */
const HEALED_PATIENCE = 45_000

export interface RegionsOperatorParts {
  readonly reconciler: Reconciler
  readonly record: RunRecord
  readonly stage: Stage
  readonly description: LocalDescription
  /** That callers call. */
  readonly host: string
}

/** Plays the operator of regions of which each writes for itself, and tells what came of it. */
export class RegionsOperator {
  readonly #parts: RegionsOperatorParts

  constructor(parts: RegionsOperatorParts) {
    this.#parts = parts
  }

  get account(): Reconciliation {
    return this.#parts.reconciler.account
  }

  /** Changes every region while one cannot take it. */
  async changeRegions(): Promise<void> {
    const { reconciler, record } = this.#parts
    try {
      const { taken, missed, at } = await reconciler.change()
      const reached = taken.length === 0 ? 'no region took it' : `antipode sync: ${taken.join(', ')} took it`
      record.step('changed', `${reached}${missed.map((region) => `; ${region} cannot be reached`).join('')}`, at)
    } catch (error) {
      record.trouble('changed', (error as Error).message)
    }
  }

  /** Compares the regions with their files, and heals what differs. */
  async healDrift(): Promise<void> {
    await this.#heal(this.#parts.record.marks.t0 ?? monotonicNow(), null)
  }

  /**
   * Makes every region equal to the files once it is back, whatever it brought along; then nothing more is written.
   *
   * @param before monotonic time of the fault
   * @param keep takes what each region still serves of what it had acknowledged by then
   */
  async reconcile(before: number, keep: (served: ServedAfterFault) => void): Promise<void> {
    const { reconciler, record, stage, description, host } = this.#parts
    const { regions } = description
    const returned = await reconciler.untilReturned(regions, host)
    if (returned === null) record.trouble('returned', 'not every region takes configuration and serves again')
    const writes = await stage.stopWriter()
    // Before anything is healed: what a region serves now, it kept by itself.
    for (const region of regions) {
      await settledConfiguration([region], SETTLE_PATIENCE, true)
      keep(await servedAfterFault(region, writes, before, true))
    }
    await this.#heal(returned ?? monotonicNow(), promisedNumbers(writes))
    const { hash, drift } = await settledConfiguration(regions, HEALED_PATIENCE, true)
    if (hash === null) record.trouble('healed', `the regions do not serve one configuration: ${drift}`)
    else record.mark({ t6: monotonicNow() })
  }

  async #heal(since: number, numbers: readonly number[] | null): Promise<void> {
    const { reconciler, record } = this.#parts
    const round = await reconciler.heal(since, numbers).catch((error: Error) => {
      if (error instanceof DrillAborted) throw error
      record.trouble('drift', error.message)
    })
    if (round === undefined) return
    const { found, foundAt, healedAt } = round
    if (foundAt === null) return record.trouble('drift', 'not every region could be compared with the files')
    for (const { region, resources } of found) {
      const more = resources.length > 1 ? `, and ${resources.length - 1} more` : ''
      record.step('drift found', `${region}: ${resources[0]}${more}`, foundAt)
    }
    if (healedAt === null)
      return record.trouble('drift', 'antipode sync could not make every region equal to the files')
    const text =
      found.length === 0 ? 'none; every region is equal to the files' : 'every region is equal to the files again'
    record.step(found.length === 0 ? 'drift' : 'healed', text, healedAt)
  }
}
