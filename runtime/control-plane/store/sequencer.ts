import { randomUUID } from 'node:crypto'
import { AntipodeError } from '../../model/errors.ts'
import type { Durability } from '../../model/region-state.ts'
import type { Version } from '../../model/version.ts'
import { auditedWrite, type Step } from '../audit/audit-entry.ts'
import { type HeadView, type Origin, Refusal, type WriteOutcome, type WriteReceipt } from '../configuration-store.ts'
import { type Connection, isDiskFull } from '../database/connection.ts'
import type { Keyring } from '../keyring/keyring.ts'
import { BatchFailed, commitBatch } from './batch-commit.ts'
import type { Change, Configuration } from './configuration.ts'
import type { RevisionRow } from './database-reader.ts'
import { Head } from './head.ts'
import { findRecordedWrites, type RecordedWrite } from './recorded-writes.ts'
import type { WriteTrace } from './write-trace.ts'

/** What data planes are given when a batch is confirmed. */
export interface Publication {
  readonly version: Version
  readonly changes: readonly Change[]
}

export interface SequencerOptions {
  readonly connection: Connection
  /** Seals what is written. @default nothing is sealed */
  readonly keyring?: Keyring
  readonly region: string
  readonly epoch: number
  readonly term: number
  /** The configuration as loaded; brought forward as revisions are confirmed. */
  readonly confirmed: Configuration
  readonly newestRevision: number
  readonly lastIndex: number
  /** Milliseconds until a write that nobody confirmed is in doubt. */
  readonly confirmTimeout: number
  /** Who follows a write that is submitted at this moment. */
  trace?(): WriteTrace | undefined
  durability(): Durability
  /** Why a write may not be accepted at this moment. */
  refusal(): AntipodeError | undefined
  /** Whether a confirmed write may still be answered at this moment. */
  mayAnswer(): boolean
  onCommitted(): void
  onConfirmed(publication: Publication): void
  /** The sequencer has ended and must be built anew from the database. */
  onEnded(reason: Error): void
}

interface Submission {
  readonly writeId: string
  readonly apply: (head: HeadView) => WriteOutcome
  readonly origin: Origin | undefined
  readonly settle: (answer: Answer) => void
  readonly trace: WriteTrace | undefined
  /** Once true the write may be in the database. */
  sent: boolean
}

type Answer = { receipt: WriteReceipt } | { error: Error }

interface Batch extends RevisionRow {
  readonly changes: readonly Change[]
  readonly answers: Answered[]
}

interface Answered {
  readonly submission: Submission
  readonly answer: Answer
  /** What it changed; empty for a refusal and a repetition. */
  readonly steps: readonly Step[]
}

/** More than this in one transaction makes the first wait for the last without gaining anything. */
const LARGEST_BATCH = 256

/**
 * Gives writes their order and their revisions: the only writer of a lineage, inside its leader.
 *
 * A submission waits in `#queue`. When no transaction is under way, all that wait become one batch: each is applied to
 * the head in turn, then one transaction commits their rows with a new revision and a random nonce. A committed batch
 * waits in `#pending` until a confirmation repeats its revision and nonce; then it, and all before it, move into the
 * confirmed configuration, are published, and their clients are answered, in the same turn of the event loop. Refusals
 * take the same way, so that nobody learns from one about a row that may yet vanish. No lock, connection or
 * transaction is held while a batch is pending.
 *
 * Where a transaction ends with an error of the server, its batch is void and the head goes back to what is committed.
 * Where the connection breaks, or the row of another leader is found, the sequencer ends and answers what is in doubt
 * as such.
 */
export class Sequencer {
  readonly #options: SequencerOptions
  readonly #head: Head
  readonly #nonces = new Map<number, string>()
  readonly #waiting = new Set<Submission>()
  #queue: Submission[] = []
  #pending: Batch[] = []
  #committed: Version
  #confirmed: Version
  #shownByReplica = 0
  #markDue = false
  #busy = false
  #ended: Error | undefined

  constructor(options: SequencerOptions) {
    this.#options = options
    this.#head = new Head(options.confirmed, options.lastIndex)
    this.#committed = { epoch: options.epoch, revision: options.newestRevision }
    this.#confirmed = this.#committed
  }

  /** The newest revision that is in the database, confirmed or not. */
  get committed(): Version {
    return this.#committed
  }

  /** True while somebody waits for a confirmation. */
  get outstanding(): boolean {
    return this.#pending.length > 0
  }

  submit(writeId: string, apply: (head: HeadView) => WriteOutcome, origin?: Origin): Promise<WriteReceipt> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timeOut(submission), this.#options.confirmTimeout)
      const submission: Submission = {
        writeId,
        apply,
        origin,
        trace: this.#options.trace?.(),
        sent: false,
        settle: (answer) => {
          clearTimeout(timer)
          if (!this.#waiting.delete(submission)) return
          if ('receipt' in answer) resolve(answer.receipt)
          else reject(answer.error)
        },
      }
      this.#waiting.add(submission)
      this.#queue.push(submission)
      void this.#flush()
    })
  }

  /** Writes an empty revision: its nonce is this sequencer's own, so that its confirmation proves a living replica. */
  mark(): void {
    this.#markDue = true
    void this.#flush()
  }

  /** Resolves when everything submitted so far is answered; rejects when the sequencer ends, or after `patience` ms. */
  async settled(patience: number): Promise<void> {
    const deadline = performance.now() + patience
    while (this.#busy || this.#queue.length > 0 || this.#pending.length > 0) {
      if (this.#ended) throw this.#ended
      if (performance.now() > deadline) throw new Error('what was accepted is still not confirmed')
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  /** True while the fate of this write is open. */
  isOpen(writeId: string): boolean {
    for (const submission of this.#waiting) if (submission.writeId === writeId) return true
    return this.#pending.some((batch) => batch.answers.some(({ submission }) => submission.writeId === writeId))
  }

  /**
   * A replica shows this row. `confirmed`: it is one of ours, and so is everything before it. `foreign`: older than
   * this sequencer's first own row. `unknown`: a row this sequencer never wrote; the replica follows another history.
   */
  confirm(row: RevisionRow): 'confirmed' | 'foreign' | 'unknown' {
    const nonce = this.#nonces.get(row.revision)
    if (nonce === undefined) {
      return row.revision <= this.#options.newestRevision || row.revision <= this.#confirmed.revision
        ? 'foreign'
        : 'unknown'
    }
    if (row.epoch !== this.#options.epoch || row.nonce !== nonce) return 'unknown'
    this.#shownByReplica = Math.max(this.#shownByReplica, row.revision)
    this.#release(row.revision)
    return 'confirmed'
  }

  /** Durability has become `local`: nobody's confirmation is waited for any more. */
  confirmLocally(): void {
    if (this.#pending.length > 0) this.#release(this.#pending.at(-1)!.revision)
  }

  end(reason: Error): void {
    if (this.#ended) return
    this.#ended = reason
    for (const submission of this.#waiting) {
      submission.settle({ error: submission.sent ? this.#inDoubt(submission) : this.#unavailable(reason) })
    }
    this.#queue = []
    this.#options.onEnded(reason)
  }

  async #flush(): Promise<void> {
    if (this.#busy || this.#ended) return
    this.#busy = true
    try {
      // A turn of the event loop gathers what arrives together.
      await new Promise(setImmediate)
      while (!this.#ended && (this.#queue.length > 0 || this.#markDue)) await this.#commitNext()
    } finally {
      this.#busy = false
    }
  }

  async #commitNext(): Promise<void> {
    const submissions = this.#queue.splice(0, LARGEST_BATCH).filter((submission) => this.#waiting.has(submission))
    const refused = this.#options.refusal()
    if (refused && submissions.length > 0) {
      for (const submission of submissions) submission.settle({ error: refused })
      if (!this.#markDue) return
    }
    const repeated = refused ? undefined : await this.#findRepeated(submissions)
    if (this.#ended) return
    const version: Version = { epoch: this.#options.epoch, revision: this.#committed.revision + 1 }
    const answers = repeated ? submissions.map((submission) => this.#apply(submission, version, repeated)) : []
    const changes = this.#head.takeChanges()
    if (changes.length === 0 && !this.#markDue) {
      this.#answerAfterPending(answers.filter((answer) => answer !== undefined))
      return
    }
    this.#markDue = false
    const batch: Batch = { ...version, nonce: randomUUID(), changes, answers: answers.filter((a) => a !== undefined) }
    await this.#commit(batch)
  }

  async #commit(batch: Batch): Promise<void> {
    const { connection, term, keyring } = this.#options
    const audit = batch.answers.flatMap(({ submission: { origin, writeId }, answer, steps }) =>
      'receipt' in answer && steps.length > 0
        ? [auditedWrite(origin, writeId, answer.receipt.outcome.status, steps)]
        : [],
    )
    const written = batch.answers.flatMap(({ submission, answer }) =>
      'receipt' in answer && !answer.receipt.replayed
        ? [{ id: submission.writeId, ...answer.receipt.outcome, body: JSON.stringify(answer.receipt.outcome.body) }]
        : [],
    )
    for (const { submission, answer } of batch.answers) submission.sent = 'receipt' in answer
    const durability = this.#options.durability()
    this.#nonces.set(batch.revision, batch.nonce)
    try {
      await commitBatch(connection, { ...batch, term, durability, writes: written, audit }, keyring)
    } catch (error) {
      if (!(error instanceof BatchFailed)) throw error
      this.#nonces.delete(batch.revision)
      this.#fail(batch, error)
      return
    }
    this.#committed = { epoch: batch.epoch, revision: batch.revision }
    for (const { submission } of batch.answers) submission.trace?.('committed')
    this.#pending.push(batch)
    this.#head.committed()
    // A replica can show a row, and say so, before the primary's own answer to COMMIT has arrived.
    if (this.#options.durability() === 'local' || this.#shownByReplica >= batch.revision) this.#release(batch.revision)
    else this.#options.onCommitted()
  }

  /** A client repeats a write whose answer it never got, under the same id. */
  async #findRepeated(submissions: readonly Submission[]): Promise<Map<string, RecordedWrite>> {
    if (submissions.length === 0) return new Map()
    const ids = submissions.map(({ writeId }) => writeId)
    const { connection, keyring } = this.#options
    return findRecordedWrites(connection.client, ids, keyring).catch((error: Error) => {
      this.end(error)
      return new Map()
    })
  }

  #apply(submission: Submission, version: Version, repeated: Map<string, RecordedWrite>): Answered | undefined {
    const { writeId } = submission
    const known = repeated.get(writeId)
    if (known) {
      const outcome = { status: known.status, body: known.body }
      return {
        submission,
        answer: { receipt: { outcome, version: known.version, writeId, replayed: true } },
        steps: [],
      }
    }
    try {
      const { outcome, steps } = this.#head.attempt(submission.apply)
      const changed = steps.length > 0
      if (changed) repeated.set(writeId, { ...outcome, version })
      const receipt = { outcome, version: changed ? version : this.#committed, writeId, replayed: false }
      return { submission, answer: { receipt }, steps }
    } catch (error) {
      if (error instanceof Refusal) return { submission, answer: { error }, steps: [] }
      submission.settle({ error: error as Error })
      return undefined
    }
  }

  /** Nothing was changed, but what was seen may not be confirmed yet. */
  #answerAfterPending(answers: Batch['answers']): void {
    const last = this.#pending.at(-1)
    if (last) last.answers.push(...answers)
    else for (const { submission, answer } of answers) this.#answer(submission, answer)
  }

  #release(revision: number): void {
    while (this.#pending.length > 0 && this.#pending[0]!.revision <= revision) {
      const batch = this.#pending.shift()!
      for (const { submission } of batch.answers) submission.trace?.('confirmed')
      for (const change of batch.changes) this.#options.confirmed.apply(change)
      this.#confirmed = { epoch: batch.epoch, revision: batch.revision }
      // The newest confirmed nonce stays known, since every renewal of the lease repeats it.
      for (const known of this.#nonces.keys()) if (known < batch.revision) this.#nonces.delete(known)
      this.#options.onConfirmed({ version: this.#confirmed, changes: batch.changes })
      for (const { submission } of batch.answers) submission.trace?.('published')
      for (const { submission, answer } of batch.answers) this.#answer(submission, answer)
    }
  }

  /** The right to write is looked at once more: a writer that was paused since may have been superseded. */
  #answer(submission: Submission, answer: Answer): void {
    if (this.#options.mayAnswer()) submission.settle(answer)
    else if (submission.sent) submission.settle({ error: this.#inDoubt(submission) })
    else submission.settle({ error: this.#options.refusal() ?? this.#unavailable(new Error('the lease has run out')) })
  }

  #fail(batch: Batch, failure: BatchFailed): void {
    const { region } = this.#options
    for (const { submission } of batch.answers) {
      if (failure.inDoubt) submission.settle({ error: this.#inDoubt(submission) })
      else if (isDiskFull(failure.cause))
        submission.settle({ error: new AntipodeError('ANTIPODE_DISK_FULL', { region }) })
      else submission.settle({ error: this.#unavailable(failure.cause ?? failure) })
    }
    if (failure.kind === 'void') this.#head.rollBack(this.#pending.flatMap((pending) => pending.changes))
    else this.end(failure.cause instanceof Error ? failure.cause : failure)
  }

  #timeOut(submission: Submission): void {
    const reason = 'no confirmation in time'
    submission.settle({ error: submission.sent ? this.#inDoubt(submission) : this.#unavailable(new Error(reason)) })
  }

  #inDoubt(submission: Submission): AntipodeError {
    return new AntipodeError('ANTIPODE_IN_DOUBT', {
      region: this.#options.region,
      epoch: this.#options.epoch,
      write: submission.writeId,
    })
  }

  #unavailable(cause: unknown): AntipodeError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new AntipodeError('ANTIPODE_UNAVAILABLE', { region: this.#options.region, reason }, { cause })
  }
}
