import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { UpstreamNode } from './balancers.ts'
import type { Timeouts } from './upstream.ts'
import type { TrackedClient, TrackedHandler } from './upstream-connections.ts'

/** The upstream let a limit of its `timeout` pass. */
export class UpstreamTimeout extends Error {
  override readonly name = 'UpstreamTimeout'
}

/** What becomes of an attempt. Nothing more is told once it has ended, failed or been abandoned. */
export interface AttemptEvents {
  onHead(attempt: UpstreamAttempt, status: number, rawHeaders: readonly Buffer[]): void
  onData(attempt: UpstreamAttempt, chunk: Buffer): void
  onEnd(attempt: UpstreamAttempt): void
  onUpgrade(attempt: UpstreamAttempt, status: number, rawHeaders: readonly Buffer[], socket: Duplex): void
  onFailure(attempt: UpstreamAttempt, error: Error): void
  /** True while bytes of the request are awaited from the client, for which the upstream cannot be blamed. */
  awaitsClient(): boolean
}

/**
 * One try at one node: `connecting` (limit: connect) → `sending` (limit: send) → `waiting` for and then `reading` the
 * answer (limit: read, between two reads). Limits are exact to the millisecond. While the client does not take the
 * answer the attempt is paused and no limit runs.
 */
export class UpstreamAttempt implements TrackedHandler {
  readonly node: UpstreamNode
  client: TrackedClient | undefined
  /** The request, or a part of it, may have reached the node. */
  isStarted = false
  /** It travelled on a connection that had carried others before. */
  isReused = false
  isAnswered = false
  readonly #events: AttemptEvents
  readonly #timeouts: Timeouts
  readonly #hasBody: boolean
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #timer: NodeJS.Timeout
  #limit: number

  constructor(node: UpstreamNode, timeouts: Timeouts, hasBody: boolean, events: AttemptEvents) {
    this.node = node
    this.#events = events
    this.#timeouts = timeouts
    this.#hasBody = hasBody
    this.#limit = timeouts.connect
    this.#timer = setTimeout(this.#onTimeout, timeouts.connect)
    node.active++
  }

  /** Stops whatever is under way; nothing more is told. */
  abandon(): void {
    if (this.#isOver) return
    this.#finish()
    this.#controller?.abort(new Error('abandoned'))
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#limit = 0
    this.#controller?.pause()
  }

  resume(): void {
    if (this.#isOver) return
    this.#allow(this.#timeouts.read)
    this.#controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.isReused = this.client?.countRequest() ?? false
    if (this.#isOver) {
      controller.abort(new Error('abandoned'))
      return
    }
    this.isStarted = true
    this.#controller = controller
    this.#allow(this.#hasBody ? this.#timeouts.send : this.#timeouts.read)
  }

  onBodySent(): void {
    if (!this.#isOver && !this.isAnswered) this.#allow(this.#timeouts.send)
  }

  onRequestSent(): void {
    if (!this.#isOver && !this.isAnswered) this.#allow(this.#timeouts.read)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // Informational answers other than 101 concern only this hop.
    if (this.#isOver || status < 200) return
    this.isAnswered = true
    this.#allow(this.#timeouts.read)
    this.#events.onHead(this, status, rawHeadersOf(controller))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#allow(this.#timeouts.read)
    this.#events.onData(this, chunk)
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    this.#finish()
    this.#events.onEnd(this)
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, status: number, _headers: unknown, socket: Duplex): void {
    if (this.#isOver) {
      socket.destroy()
      return
    }
    this.#finish()
    this.#events.onUpgrade(this, status, rawHeadersOf(controller), socket)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return
    this.#finish()
    this.#events.onFailure(this, error)
  }

  readonly #onTimeout = (): void => {
    if (this.isStarted && !this.isAnswered && this.#events.awaitsClient()) {
      this.#allow(this.#timeouts.send)
      return
    }
    const error = new UpstreamTimeout(`${this.node.host}:${this.node.port} took longer than ${this.#limit} ms`)
    this.#finish()
    this.#controller?.abort(error)
    this.#events.onFailure(this, error)
  }

  /** Refreshing a timer is far cheaper than making one, and limits are mostly alike. */
  #allow(limit: number): void {
    if (limit === this.#limit) {
      this.#timer.refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#limit = limit
    this.#timer = setTimeout(this.#onTimeout, limit)
  }

  #finish(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.node.active--
  }
}

/** As received: name, value, name, value, … (undici keeps them beside the object it makes of them). */
function rawHeadersOf(controller: Dispatcher.DispatchController): readonly Buffer[] {
  return (controller as unknown as { rawHeaders: readonly Buffer[] }).rawHeaders
}
