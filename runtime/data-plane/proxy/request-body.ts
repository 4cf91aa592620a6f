import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Why a request's body could not be taken in. */
export class RequestBodyError extends Error {
  override readonly name = 'RequestBodyError'
  readonly status: 400 | 408 | 413

  constructor(status: 400 | 408 | 413, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * The client's body on its way up. Undici destroys what it was given when an attempt fails; the client's connection
 * must outlive that to be answered, so this stands between. It fails when the body grows past `limit` bytes (0: no
 * limit) or pauses longer than `stall` milliseconds.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage
  readonly #limit: number
  readonly #stall: NodeJS.Timeout
  #received = 0

  constructor(request: IncomingMessage, limit: number, stall: number) {
    super()
    this.#request = request
    this.#limit = limit
    this.#stall = setTimeout(() => this.#expire(), stall)
    request.on('data', this.#onData)
    request.once('end', this.#onEnd)
    request.pause()
  }

  override _read(): void {
    if (this.destroyed) return
    this.#stall.refresh()
    this.#request.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#stall)
    this.#request.off('data', this.#onData)
    this.#request.off('end', this.#onEnd)
    callback(error)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.length
    if (this.#limit > 0 && this.#received > this.#limit) {
      this.#request.pause()
      this.destroy(new RequestBodyError(413, 'the request body is too large'))
      return
    }
    this.#stall.refresh()
    if (!this.push(chunk)) this.#request.pause()
  }

  readonly #onEnd = (): void => {
    clearTimeout(this.#stall)
    this.push(null)
  }

  /** A paused body waits for the upstream, not for the client. */
  #expire(): void {
    if (this.#request.isPaused()) this.#stall.refresh()
    else this.destroy(new RequestBodyError(408, 'the request body stalled'))
  }
}

/** The whole body, for what must look at it before it goes anywhere. Rejects with RequestBodyError. */
export async function readWholeBody(request: IncomingMessage, limit: number, stall: number): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of new RequestBody(request, limit, stall)) parts.push(part)
  return Buffer.concat(parts)
}
