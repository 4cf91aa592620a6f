import type { Socket } from 'node:net'
import { breakSocket } from './break-socket.ts'
import type { LinkCondition } from './link-condition.ts'

/** Bytes one direction of a connection may hold before its sender is made to wait. */
const MOST_HELD = 4 * 1024 * 1024

interface Held {
  /** When it reaches the receiver, by `performance.now()`. */
  readonly due: number
  readonly what: Buffer | 'end' | 'break'
}

/**
 * One direction of a forwarded connection. Whatever leaves the sender — bytes, the end of its stream, a broken
 * connection — reaches the receiver in order, after the link's delay and what loss adds to it, and not while it is cut. What is under
 * way is bounded: beyond that, and while the receiver is slow, the sender is no longer read, as on a real network.
 */
export class HeldPipe {
  readonly #from: Socket
  readonly #to: Socket
  readonly #condition: LinkCondition
  readonly #held: Held[] = []
  #heldBytes = 0
  #lastDue = 0
  #blocked = false
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket, condition: LinkCondition) {
    this.#from = from
    this.#to = to
    this.#condition = condition
    from.on('data', (bytes: Buffer) => this.#take(bytes))
    from.once('end', () => this.#take('end'))
    from.once('close', (broken) => {
      if (broken) this.#take('break')
    })
    to.on('drain', () => {
      this.#blocked = false
      this.flush()
    })
    to.once('close', () => this.#drop())
  }

  /** Delivers what is due; called again when the link's condition changes. */
  flush(): void {
    clearTimeout(this.#timer)
    while (!this.#condition.cut && !this.#blocked && this.#held.length > 0) {
      const next = this.#held[0]!
      const wait = next.due - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flush(), Math.ceil(wait))
        break
      }
      this.#held.shift()
      this.#deliver(next.what)
    }
    if (this.#heldBytes < MOST_HELD && !this.#blocked) this.#from.resume()
  }

  /** Neither delay nor loss reorders: nothing is due before what was sent ahead of it. */
  #due(bytes: number): number {
    this.#lastDue = Math.max(this.#lastDue, performance.now() + this.#condition.delay + this.#condition.stall(bytes))
    return this.#lastDue
  }

  #take(what: Held['what']): void {
    if (this.#to.destroyed) return
    const bytes = typeof what === 'string' ? 0 : what.length
    this.#held.push({ due: this.#due(bytes), what })
    this.#heldBytes += bytes
    if (this.#heldBytes >= MOST_HELD) this.#from.pause()
    if (this.#held.length === 1 || this.#condition.delay === 0) this.flush()
  }

  #deliver(what: Held['what']): void {
    if (what === 'break') breakSocket(this.#to)
    else if (what === 'end') this.#to.end()
    else {
      this.#heldBytes -= what.length
      if (!this.#to.write(what)) {
        this.#blocked = true
        this.#from.pause()
      }
    }
  }

  #drop(): void {
    clearTimeout(this.#timer)
    this.#held.length = 0
    this.#heldBytes = 0
    this.#from.resume()
  }
}
