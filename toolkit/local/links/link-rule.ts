import type { LinkState } from '../local-topology.ts'

const SOUND: Required<LinkState> = { cut: false, delay: 0, loss: 0 }

/** What was said of the way from one place to another; every connection that takes it shares the rule. */
export class LinkRule {
  #state = SOUND
  readonly #listeners = new Set<() => void>()

  get state(): Required<LinkState> {
    return this.#state
  }

  get isSound(): boolean {
    return !this.#state.cut && this.#state.delay === 0 && this.#state.loss === 0
  }

  set(state: LinkState): void {
    this.#state = { ...this.#state, ...state }
    for (const listener of this.#listeners) listener()
  }

  /** Calls `listener` after every change, until the function it answers with is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
