import { type Connection, connect } from './connection.ts'

export interface BackgroundWorkOptions {
  readonly database: string
  /** What PostgreSQL shows its connection as. */
  readonly purpose: string
  /** Milliseconds until a turn that failed is tried again. */
  readonly retryAfter: number
  /** @returns milliseconds until the next turn */
  readonly turn: (connection: Connection, signal: AbortSignal) => Promise<number>
  /** A turn failed, or the database had no connection to spare. */
  readonly failed: (error: unknown) => void
}

/** Work that a leader does beside writing, turn after turn, on a connection of its own that each failure closes. */
export class BackgroundWork {
  readonly #options: BackgroundWorkOptions
  readonly #stopping = new AbortController()
  #connection: Connection | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: BackgroundWorkOptions) {
    this.#options = options
  }

  /** @param pause milliseconds until the first turn */
  start(pause: number): void {
    if (this.#stopping.signal.aborted) return
    this.#timer = setTimeout(() => void this.#take(), pause)
    this.#timer.unref()
  }

  /** No turn begins any more; what is under way ends, or is rolled back with its connection. */
  stop(): void {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    this.#disconnect()
  }

  async #take(): Promise<void> {
    const { database, purpose, retryAfter, turn, failed } = this.#options
    const { signal } = this.#stopping
    let pause = retryAfter
    try {
      this.#connection ??= await connect(database, purpose)
      if (!signal.aborted) pause = await turn(this.#connection, signal)
    } catch (error) {
      this.#disconnect()
      if (!signal.aborted) failed(error)
    }
    if (signal.aborted) this.#disconnect()
    else this.start(pause)
  }

  #disconnect(): void {
    void this.#connection?.close()
    this.#connection = undefined
  }
}
