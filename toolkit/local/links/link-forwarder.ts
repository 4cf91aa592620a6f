import { connect, createServer, type Server, type Socket } from 'node:net'
import { breakSocket } from './break-socket.ts'
import { HeldPipe } from './held-pipe.ts'
import type { LinkCondition } from './link-condition.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/**
 * A TCP listener whose connections cross a link to `target`. A cut link refuses nothing: a new connection is taken and
 * waits, and reaches the target when the link heals, unless its client has given up by then.
 */
export class LinkForwarder {
  readonly #target: Endpoint
  readonly #there: LinkCondition
  readonly #back: LinkCondition
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #detour: Endpoint | undefined

  /** @param there what the client's bytes meet @param back what the target's answers meet */
  constructor(target: Endpoint, there: LinkCondition, back: LinkCondition) {
    this.#target = target
    this.#there = there
    this.#back = back
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) =>
      this.#accept(client),
    )
  }

  /** Where to connect, once it listens at an address of this machine. */
  async listen(at = '127.0.0.1'): Promise<Endpoint> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, at, resolve)
    })
    const { address, port } = this.#server.address() as { address: string; port: number }
    return { host: address, port }
  }

  /** Leads to `target` instead, or without one to where it led first. Connections that are open break. */
  detour(target: Endpoint | undefined): void {
    this.#detour = target
    this.breakConnections()
  }

  /** Ends every connection at once, with what it holds. */
  breakConnections(): void {
    for (const socket of this.#sockets) breakSocket(socket)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket): void {
    this.#track(client)
    // Connecting takes a round trip before the first byte may leave.
    const roundTrip = this.#there.delay + this.#back.delay
    const joinAt = performance.now() + roundTrip + this.#there.stallOfFirst() + this.#back.stallOfFirst()
    let timer: NodeJS.Timeout | undefined
    const proceed = (): void => {
      clearTimeout(timer)
      const wait = joinAt - performance.now()
      if (client.destroyed) stopWaiting()
      else if (this.#there.cut || this.#back.cut) return
      else if (wait > 0) timer = setTimeout(proceed, Math.ceil(wait))
      else {
        stopWaiting()
        this.#join(client)
      }
    }
    const stopWaiting = this.#onChange(proceed)
    proceed()
  }

  #join(client: Socket): void {
    const target = connect({ ...(this.#detour ?? this.#target), allowHalfOpen: true, noDelay: true })
    this.#track(target)
    const pipes = [new HeldPipe(client, target, this.#there), new HeldPipe(target, client, this.#back)]
    const forget = this.#onChange(() => {
      for (const pipe of pipes) pipe.flush()
    })
    let open = 2
    for (const socket of [client, target]) {
      socket.resume()
      socket.once('close', () => {
        if (--open === 0) forget()
      })
    }
  }

  #onChange(listener: () => void): () => void {
    const stop = [this.#there.onChange(listener), this.#back.onChange(listener)]
    return () => {
      for (const forget of stop) forget()
    }
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
