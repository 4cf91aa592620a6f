import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Duration } from '../../../topology/index.ts'
import { FaultJournal, type JournalLine, type OpenAction } from '../journal.ts'
import type { UndoneAction } from '../run/fault-carrier.ts'
import { type AwsApi, AwsRefusal } from './aws-api.ts'
import { describeRule } from './denials.ts'
import {
  type AclEntry,
  type AclUndo,
  addEntry,
  carryOutUndo,
  entriesOf,
  type RegionAcl,
  sameEntry,
  undoOf,
} from './network-acl.ts'
import { forgetUndo, keepUndo, putOffUndo, scheduleName, type UndoSchedule } from './undo-schedule.ts'

/** A fault, and the rules that are it, each at its place. */
export interface AimedFault {
  readonly name: string
  readonly aims: readonly { readonly acl: RegionAcl; readonly entries: readonly AclEntry[] }[]
}

/** What takes an action back, and the name under which EventBridge Scheduler keeps the same. */
export interface LiveUndo extends AclUndo {
  readonly schedule: string
}

export interface LiveCarrierOptions {
  readonly api: AwsApi
  readonly journal: FaultJournal<LiveUndo>
  readonly topology: string
  /** ARN of the role that EventBridge Scheduler undoes with. */
  readonly role: string
  /** How long after it was last heard a drill counts as dead. */
  readonly lease: Duration
  /** Nothing lasts longer, whatever is renewed. */
  readonly until: Date
  /** Told when AWS has undone something because it heard nothing for a whole lease. @default nobody is told */
  readonly onOvertaken?: () => void
}

/**
 * Carries live faults out and takes them back.
 *
 * For each rule: first its undo is on disk, then EventBridge Scheduler holds the same undo for when the lease is over,
 * only then is the rule made. While this process lives it puts the Scheduler off, never beyond the end that was agreed;
 * when it dies, AWS takes everything back by itself.
 */
export class LiveCarrier {
  readonly #options: LiveCarrierOptions
  readonly #own = new Map<string, UndoSchedule>()
  #renewal: NodeJS.Timeout | undefined

  constructor(options: LiveCarrierOptions) {
    this.#options = options
  }

  /** What the journal says of this carrier's own actions. */
  get lines(): readonly JournalLine<LiveUndo>[] {
    return this.#options.journal.lines.filter(({ id }) => this.#own.has(id))
  }

  /** @throws AntipodeError DRILL_NOT_STARTED where another drill was first; what was done by then is the caller's to undo */
  async inject({ name, aims }: AimedFault): Promise<void> {
    const run = `${name}-${randomUUID().slice(0, 8)}`
    let number = 0
    for (const { acl, entries } of aims) {
      for (const entry of entries) await this.#act(`${run}-${++number}`, acl, entry)
    }
  }

  /** Takes back what this carrier did, newest first. One failure stops no other. */
  async undoOwn(by: string): Promise<UndoneAction[]> {
    clearInterval(this.#renewal)
    this.#renewal = undefined
    const open = this.#options.journal.open().filter(({ id }) => this.#own.has(id))
    return undoEach(open, by, this.#options)
  }

  /** What is still in force of all that was done; empty when nothing is. */
  async left(): Promise<string[]> {
    const left: string[] = []
    for (const { region, undo } of this.#own.values()) {
      const there = await entriesOf(this.#options.api, { region, id: undo.input.NetworkAclId })
      if (there.some((entry) => sameEntry(entry, undo.entry))) left.push(describeEntry(undo))
    }
    return left
  }

  async #act(id: string, acl: RegionAcl, entry: AclEntry): Promise<void> {
    const { api, journal, topology, role } = this.#options
    const undo = undoOf(acl, entry)
    const schedule = { region: acl.region, name: scheduleName(topology, id), role, undo }
    journal.begin(id, describeEntry(undo), [{ ...undo, schedule: schedule.name }])
    this.#own.set(id, schedule)
    await keepUndo(api, schedule, this.#expiry())
    this.#renew()
    try {
      await addEntry(api, acl, entry)
    } catch (error) {
      if (!(error instanceof AwsRefusal && error.awsCode === 'NetworkAclEntryAlreadyExists')) throw error
      // What is there is somebody else's, who takes it back.
      await forgetUndo(api, schedule)
      journal.undone(id, 'drill, which had not begun it')
      const reason = `${acl.id} of ${acl.region} has a rule ${entry.number} by now: another drill was first`
      throw new AntipodeError('DRILL_NOT_STARTED', { reason }, { cause: error })
    }
    journal.done(id)
  }

  #renew(): void {
    const { api, journal, lease, onOvertaken = () => {} } = this.#options
    this.#renewal ??= setInterval(() => {
      for (const { id } of journal.open()) {
        const schedule = this.#own.get(id)
        if (!schedule) continue
        putOffUndo(api, schedule, this.#expiry()).catch((error: Error) => {
          // Any other failure leaves the lease to expire, which is what it is for.
          const gone = error instanceof AwsRefusal && error.awsCode === 'ResourceNotFoundException'
          if (gone && journal.open().some((open) => open.id === id)) onOvertaken()
        })
      }
    }, lease.milliseconds / 3)
    // A drill that has nothing else left to do is done.
    this.#renewal.unref()
  }

  #expiry(): Date {
    const { lease, until } = this.#options
    return new Date(Math.min(Date.now() + lease.milliseconds, until.getTime()))
  }
}

/** Takes back everything that a journal holds open, whoever did it. */
export function undoAllLive(journal: FaultJournal<LiveUndo>, api: AwsApi, by: string): Promise<UndoneAction[]> {
  return undoEach(journal.open(), by, { api, journal })
}

async function undoEach(
  actions: readonly OpenAction<LiveUndo>[],
  by: string,
  { api, journal }: Pick<LiveCarrierOptions, 'api' | 'journal'>,
): Promise<UndoneAction[]> {
  const undone: UndoneAction[] = []
  for (const { id, what, undo } of actions) {
    try {
      for (const step of undo) {
        await carryOutUndo(api, step)
        await forgetUndo(api, { region: step.region, name: step.schedule })
      }
      journal.undone(id, by)
      undone.push({ what, failure: null })
    } catch (error) {
      const failure = (error as Error).message
      journal.undoFailed(id, by, failure)
      undone.push({ what, failure })
    }
  }
  return undone
}

/** `us-east-1: deny TCP 443 from 0.0.0.0/0, rule 2 of acl-0a1b…` */
function describeEntry({ region, input, entry }: AclUndo): string {
  return `${region}: ${describeRule(entry)}, rule ${entry.number} of ${input.NetworkAclId}`
}

/** The journal of live drills that were run from here; it knows them of every topology. */
export function liveJournalOf(dataDir: string): FaultJournal<LiveUndo> {
  return new FaultJournal<LiveUndo>(liveJournalFile(dataDir))
}

export function liveJournalFile(dataDir: string): string {
  return join(dataDir, 'live-drills.ndjson')
}
