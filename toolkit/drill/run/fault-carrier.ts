import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FaultUndo, LocalTopology } from '../../local/local-topology.ts'
import type { FaultPlan, Scene } from '../faults/fault-interface.ts'
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
  readonly #scene: Scene | undefined
  readonly #own = new Set<string>()
  readonly #renewals = new Map<string, NodeJS.Timeout>()

  /** @param scene the drill's own part in it; absent where faults are done by hand */
  constructor(topology: LocalTopology, journal: FaultJournal, scene?: Scene) {
    this.#topology = topology
    this.#scene = scene
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
    await fault.inject(this.#topology, plan, this.#scene)
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
      for (const step of undo) await this.#carryOut(step)
      await this.#topology.release(id)
      this.#journal.undone(id, by)
      return { what, failure: null }
    } catch (error) {
      const failure = (error as Error).message
      this.#journal.undoFailed(id, by, failure)
      return { what, failure }
    }
  }

  #carryOut(step: FaultUndo): Promise<void> {
    if (step.do === 'start-upstream' && this.#scene) return this.#scene.startUpstream(step.region)
    if (step.do === 'join-operator' && this.#scene) return this.#scene.joinOperator(step.region)
    return this.#topology.undo(step)
  }

  #renewEvery(id: string, lease: number, undo: readonly FaultUndo[]): void {
    const renewal = setInterval(
      () => {
        // A renewal that fails leaves the lease to expire, which is what it is for.
        this.#topology.lease(id, lease, undo).catch(() => {})
      },
      (lease * 1_000) / 3,
    )
    // A runner that has nothing else left to do is done.
    renewal.unref()
    this.#renewals.set(id, renewal)
  }
}

/** The journal of the faults on a topology, in its data directory. */
export function journalOf(dataDir: string): FaultJournal {
  return new FaultJournal(join(dataDir, 'fault-journal.ndjson'))
}
