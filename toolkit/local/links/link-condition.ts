import type { LinkState } from '../local-topology.ts'

/** What the link between two regions is like now; shared by every connection that crosses it, either way. */
export class LinkCondition {
  #cut = false
  #delay = 0
  readonly #listeners = new Set<() => void>()

  get cut(): boolean {
    return this.#cut
  }

  /** Milliseconds each way. */
  get delay(): number {
    return this.#delay
  }

  set(state: LinkState): void {
    this.#cut = state.cut ?? this.#cut
    this.#delay = state.delay ?? this.#delay
    for (const listener of this.#listeners) listener()
  }

  /** Calls `listener` after every change, until the function it answers with is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
