import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FaultUndo, LocalTopology } from '../../local/local-topology.ts'
import type { FaultPlan } from '../faults/fault-interface.ts'
import { faultOf } from '../faults/index.ts'
import { FaultJournal, type JournalLine, type OpenAction } from '../journal.ts'

/** One thing that was, or could not be, taken back. */
export interface UndoneAction {
  readonly what: string
  /** Null when it worked. */
  readonly failure: string | null
}

/**
 * Carries faults out and takes them back.
 *
 * The order is what makes it safe: first the undo is on disk in the journal, then the supervisor holds it under a lease,
 * only then is the fault carried out. Whatever dies after that, somebody knows what to undo: the runner by its journal,
 * the supervisor by the lease, `antipode fault heal` by the journal of the one that died.
 */
export class FaultCarrier {
  readonly #topology: LocalTopology
  readonly #journal: FaultJournal
  readonly #own = new Set<string>()
  readonly #renewals = new Map<string, NodeJS.Timeout>()

  constructor(topology: LocalTopology, journal: FaultJournal) {
    this.#topology = topology
    this.#journal = journal
  }

  /** What the journal says of this carrier's own faults. */
  get lines(): readonly JournalLine[] {
    return this.#journal.lines.filter(({ id }) => this.#own.has(id))
  }

  /**
   * @param lease seconds until the supervisor undoes the fault by itself
   * @param renew keep renewing the lease while this process lives
   * @returns the fault's id
   */
  async inject(plan: FaultPlan, lease: number, renew: boolean): Promise<string> {
    const fault = faultOf(plan)
    const id = `${fault.name}-${randomUUID().slice(0, 8)}`
    const undo = fault.undo(plan, await this.#topology.links())
    this.#own.add(id)
    this.#journal.begin(id, fault.describe(plan), undo)
    await this.#topology.lease(id, lease, undo)
    if (renew) this.#renewEvery(id, lease, undo)
    await fault.inject(this.#topology, plan)
    this.#journal.done(id)
    return id
  }

  /** Takes back what this carrier did, newest first, and ends the leases. One failure stops no other. */
  undoOwn(by: string): Promise<UndoneAction[]> {
    return this.#undoEach(
      this.#journal.open().filter(({ id }) => this.#own.has(id)),
      by,
    )
  }

  /** Takes back everything the journal holds open, whoever did it. */
  undoAll(by: string): Promise<UndoneAction[]> {
    return this.#undoEach(this.#journal.open(), by)
  }

  async #undoEach(actions: readonly OpenAction[], by: string): Promise<UndoneAction[]> {
    const undone: UndoneAction[] = []
    for (const action of actions) undone.push(await this.#undo(action, by))
    return undone
  }

  async #undo({ id, what, undo }: OpenAction, by: string): Promise<UndoneAction> {
    clearInterval(this.#renewals.get(id))
    this.#renewals.delete(id)
    try {
      for (const step of undo) await carryOut(this.#topology, step)
      await this.#topology.release(id)
      this.#journal.undone(id, by)
      return { what, failure: null }
    } catch (error) {
      const failure = (error as Error).message
      this.#journal.undoFailed(id, by, failure)
      return { what, failure }
    }
  }

  #renewEvery(id: string, lease: number, undo: readonly FaultUndo[]): void {
    const renewal = setInterval(
      () => {
        // A renewal that fails leaves the lease to expire, which is what it is for.
        this.#topology.lease(id, lease, undo).catch(() => {})
      },
      (lease * 1_000) / 3,
    )
    this.#renewals.set(id, renewal)
  }
}

/** The journal of the faults on a topology, in its data directory. */
export function journalOf(dataDir: string): FaultJournal {
  return new FaultJournal(join(dataDir, 'fault-journal.ndjson'))
}

async function carryOut(topology: LocalTopology, step: FaultUndo): Promise<void> {
  if (step.do === 'link') return topology.link(step.from, step.to, step.state)
  return step.do === 'start' ? topology.start(step.region, step.parts) : topology.thaw(step.region, step.parts)
}
