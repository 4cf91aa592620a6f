import type { LocalEvent } from '../local-topology.ts'

/** Passes changes of state on to whoever listens now; nobody is sent what happened before. */
export class EventHub {
  readonly #listeners = new Set<(event: LocalEvent) => void>()

  emit(event: LocalEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Calls `listener` for every event until the function it answers with is called. */
  on(listener: (event: LocalEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends when `signal` is aborted. A slow reader loses nothing. */
  async *iterate(signal: AbortSignal): AsyncGenerator<LocalEvent> {
    const queue: LocalEvent[] = []
    let wake = (): void => undefined
    const off = this.on((event) => {
      queue.push(event)
      wake()
    })
    const onAbort = (): void => wake()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const next = queue.shift()
        if (next) yield next
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      off()
      signal.removeEventListener('abort', onAbort)
    }
  }
}
