import type { Step } from '../steps/step.ts'

/** What one region's database is, as its vendor says. */
export interface DatabaseState {
  readonly region: string
  /** `payments-us-west-2-g1` */
  readonly identifier: string
  /** `none`: there is no such database, or nobody answers for it. */
  readonly role: 'writer' | 'replica' | 'none'
  /** In the vendor's words: `available`, `backing-up`. */
  readonly status: string
  /** Host name; null where it has none. */
  readonly endpoint: string | null
  /** ARN of what it replicates from; null on a writer. */
  readonly source: string | null
}

/**
 * What a switchover, a failover and a failback need done to databases that a vendor runs. Epoch, lease and confirmation
 * stay above it, in the control planes: who may write is never decided here.
 *
 * What is asked for comes back as steps that look before they act (see `carryOut`), so that each can be planned,
 * repeated and gone on with, and says itself what the vendor would refuse.
 */
export interface DatabaseDriver {
  readonly kind: 'rds' | 'aurora'
  capabilities(): {
    /** `follows`: the old writer becomes a replica by itself. `rebuilt`: it needs a new database. */
    readonly oldWriter: 'follows' | 'rebuilt'
    /** Whether the old writer can be stopped before another one is promoted. */
    readonly fence: boolean
  }
  /** Of every region, whatever its state. */
  states(): Promise<readonly DatabaseState[]>
  /** Planned: the writer has been drained, and the replica holds everything. */
  switchover(to: string): readonly Step[]
  /** Unplanned: what has not been replicated is lost. */
  failover(to: string): readonly Step[]
  /** Stops a database that no longer writes, so that nobody writes to it by mistake. */
  fence(region: string): readonly Step[]
  /** Gives a region a database that follows `from` again. */
  rejoin(region: string, from: string): readonly Step[]
  close(): void
}

/** Of a region whose API does not answer, as that of a lost region does not. */
export function unanswered(region: string, identifier: string, error: Error): DatabaseState {
  return { region, identifier, role: 'none', status: error.message, endpoint: null, source: null }
}
