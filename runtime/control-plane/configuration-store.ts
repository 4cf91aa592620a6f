import type { RegionState } from '../model/region-state.ts'
import type { ResourceValue, StoredResource, StoredType } from '../model/resource.ts'
import type { Version } from '../model/version.ts'

/** The configuration at one moment. */
export interface ReadView {
  get(type: StoredType, id: string): StoredResource | undefined
  /** In the order of their keys, as etcd lists them: by code point. */
  list(type: StoredType): StoredResource[]
}

/** The newest accepted configuration, as a write sees and changes it. */
export interface HeadView extends ReadView {
  /**
   * Creates or replaces. `value` is stored as it is given. With `expiresAt`, in milliseconds since 1970, the store
   * removes the resource by a write of its own soon after that time, unless it has been put again by then.
   */
  put(type: StoredType, id: string, value: ResourceValue, expiresAt?: number | null): StoredResource
  delete(type: StoredType, id: string): void
  /** A new id for `POST`: 20 digits, zero-padded. */
  nextId(): string
}

/** The answer a write gives when it has become durable. Kept with the write, so that a repetition gets the same. */
export interface WriteOutcome {
  readonly status: number
  readonly body: unknown
}

/**
 * Thrown by `apply` when the rows it saw do not allow the write. Nothing changes, and the store rethrows it only once
 * what `apply` saw is confirmed, so that no refusal tells of a row that may yet vanish.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly body: object

  constructor(status: number, body: object) {
    super(`refused with ${status}: ${JSON.stringify(body)}`)
    this.status = status
    this.body = body
  }
}

/** On whose behalf a write is made, for the audit log. */
export interface Origin {
  /** As `user alice`. */
  readonly by: string
  /** The address they call from. */
  readonly address: string
  readonly method: string
  /** Without its query, which may hold a key. */
  readonly path: string
}

export interface WriteReceipt {
  readonly outcome: WriteOutcome
  /** The first published version that contains the write. */
  readonly version: Version
  readonly writeId: string
  /** The write had been applied before; `outcome` is what was answered then and `apply` was not called. */
  readonly replayed: boolean
}

/** Where the control plane keeps configuration. One contract suite runs against every implementation. */
export interface ConfigurationStore {
  /** The name of this region. */
  readonly region: string
  state(): RegionState
  /** The newest confirmed revision, in memory. A view holds still until the event loop turns; take a new one then. */
  read(): ReadView
  /**
   * Applies a write and waits until it is as durable as promised. `apply` is synchronous and sees the newest accepted
   * rows, so that what it checks and what it changes are one step. An `apply` that changes nothing is still a write: it
   * answers once what it saw is confirmed.
   *
   * @param origin who writes; without one the control plane does by itself
   * @throws Refusal as `apply` threw it
   * @throws AntipodeError ANTIPODE_FENCED, _STANDBY, _FROZEN, _DRAINING, _UNAVAILABLE, _DISK_FULL: nothing was written;
   *   ANTIPODE_IN_DOUBT: it may or may not last. `details` hold `writer`, `epoch` and `write`.
   */
  write(writeId: string, apply: (head: HeadView) => WriteOutcome, origin?: Origin): Promise<WriteReceipt>
  /** Resolves a write in doubt. Undefined: it is not part of the confirmed configuration. */
  findWrite(id: string): Promise<{ readonly status: 'applied'; readonly version: Version } | undefined>
}
