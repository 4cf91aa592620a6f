import type { ResourceValue, StoredResource } from '../../model/resource.ts'
import type { Step } from '../audit/audit-entry.ts'
import type { HeadView, WriteOutcome } from '../configuration-store.ts'
import type { Change, Configuration } from './configuration.ts'

type Unnumbered = Omit<Change, 'createdIndex' | 'modifiedIndex'>

/**
 * The newest accepted configuration: the confirmed one, the batches that wait for confirmation, and the batch being
 * put together. Each attempt is taken whole or not at all.
 */
export class Head {
  readonly #confirmed: Configuration
  #head: Configuration
  #committedIndex: number
  #index: number
  #changes: Change[] = []

  constructor(confirmed: Configuration, lastIndex: number) {
    this.#confirmed = confirmed
    this.#head = confirmed.copy()
    this.#committedIndex = lastIndex
    this.#index = lastIndex
  }

  /** @returns the outcome, and what was changed step by step */
  attempt(apply: (head: HeadView) => WriteOutcome): { outcome: WriteOutcome; steps: Step[] } {
    const undo: Change[] = []
    const before = this.#changes.length
    const index = this.#index
    try {
      const outcome = apply(this.#view(undo))
      const changes = this.#changes.slice(before)
      const steps = changes.map(({ type, id, value }, at) => ({ type, id, before: undo[at]!.value, after: value }))
      return { outcome, steps }
    } catch (error) {
      for (const change of undo.reverse()) this.#head.apply(change)
      this.#changes.length = before
      this.#index = index
      throw error
    }
  }

  takeChanges(): Change[] {
    return this.#changes.splice(0)
  }

  committed(): void {
    this.#committedIndex = this.#index
  }

  /** Back to what is in the database: the confirmed configuration and what is pending on top of it. */
  rollBack(pending: readonly Change[]): void {
    this.#head = this.#confirmed.copy()
    for (const change of pending) this.#head.apply(change)
    this.#index = this.#committedIndex
    this.#changes = []
  }

  #view(undo: Change[]): HeadView {
    return {
      get: (type, id) => this.#head.get(type, id),
      list: (type) => this.#head.list(type),
      put: (type, id, value, expiresAt = null) => this.#put({ type, id, value, expiresAt }, undo),
      delete: (type, id) => {
        if (this.#head.get(type, id)) this.#change({ type, id, value: null, expiresAt: null }, undo)
      },
      nextId: () => {
        this.#index += 1
        return String(this.#index).padStart(20, '0')
      },
    }
  }

  #put(put: Unnumbered & { readonly value: ResourceValue }, undo: Change[]): StoredResource {
    const { createdIndex, modifiedIndex } = this.#change(put, undo)
    return { ...put, createdIndex, modifiedIndex }
  }

  #change(unnumbered: Unnumbered, undo: Change[]): Change {
    const { type, id } = unnumbered
    const before = this.#head.get(type, id)
    undo.push(before ?? { type, id, value: null, createdIndex: 0, modifiedIndex: 0, expiresAt: null })
    this.#index += 1
    const createdIndex = before?.createdIndex ?? this.#index
    const change = { ...unnumbered, createdIndex, modifiedIndex: this.#index }
    this.#head.apply(change)
    this.#changes.push(change)
    return change
  }
}
