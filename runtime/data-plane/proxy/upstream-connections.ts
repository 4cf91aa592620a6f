import { Client, type Dispatcher, Pool } from 'undici'
import type { UpstreamNode } from './balancers.ts'
import { type ConnectionSettings, originOf } from './upstream.ts'

/** What a handler of `TrackedClient` is told before its request is written. */
export interface TrackedHandler extends Dispatcher.DispatchHandler {
  client: TrackedClient | undefined
}

/** One connection, which knows whether it has carried a request before: only then is its sudden end worth a retry. */
export class TrackedClient extends Client {
  #requests = 0

  constructor(origin: URL, options: Client.Options) {
    super(origin, options)
    this.on('connect', () => {
      this.#requests = 0
    })
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    ;(handler as TrackedHandler).client = this
    return super.dispatch(options, handler)
  }

  /** Counts a request onto the connection. @returns whether it was used before */
  countRequest(): boolean {
    return this.#requests++ > 0
  }
}

interface Entry {
  readonly pool: Pool
  lastUsed: number
}

const SWEEP_EVERY = 60_000
const UNUSED_FOR = 180_000

/**
 * Connections to upstream nodes. They are kept by address and settings, so that a change of configuration does not
 * cost the connections of nodes that stay.
 */
export class UpstreamConnections {
  readonly #entries = new Map<string, Entry>()
  readonly #sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY).unref()

  poolFor(node: UpstreamNode, settings: ConnectionSettings): Pool {
    const { scheme, idleTimeout, requests, verify } = settings
    const origin = originOf(scheme, node.host, node.port)
    const key = `${origin} ${idleTimeout} ${requests} ${verify}`
    let entry = this.#entries.get(key)
    if (!entry) {
      entry = { pool: createPool(origin, settings), lastUsed: 0 }
      this.#entries.set(key, entry)
    }
    entry.lastUsed = Date.now()
    return entry.pool
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper)
    const pools = [...this.#entries.values()].map(({ pool }) => pool.destroy())
    this.#entries.clear()
    await Promise.all(pools)
  }

  #sweep(): void {
    const oldest = Date.now() - UNUSED_FOR
    for (const [key, { pool, lastUsed }] of this.#entries) {
      if (lastUsed >= oldest || pool.stats.running + pool.stats.pending > 0) continue
      this.#entries.delete(key)
      void pool.close()
    }
  }
}

/** Timeouts are the exchange's own: undici's are exact to half a second only. */
function createPool(origin: string, { idleTimeout, requests, verify }: ConnectionSettings): Pool {
  return new Pool(origin, {
    factory: (url, options) => new TrackedClient(url, options as Client.Options),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: 60_000,
    keepAliveTimeout: idleTimeout,
    keepAliveMaxTimeout: idleTimeout,
    maxRequestsPerClient: requests,
    maxHeaderSize: 65_536,
    connect: { rejectUnauthorized: verify },
  })
}
