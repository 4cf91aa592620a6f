import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'
import type { Logger } from 'pino'
import { checkControlPlane } from '../pki/identity.ts'
import type { PeerMessage, StateMessage } from './peer-messages.ts'

export interface PeerLinkOptions {
  /** `https://host:port` of the peer's sync listener. */
  readonly host: string
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly logger: Logger
  /** What to say first on a new connection, and every half second. */
  state(): StateMessage
  onMessage(message: PeerMessage): void
}

/** The path on the sync listener to which the peer streams. */
export const PEER_PATH = '/antipode/peer'

const SAY_STATE_EVERY = 500
/** A peer that has said nothing for so long is out of reach. */
const SILENCE = 1_500
const REDIAL_AFTER = 250
/** Nothing has come back for so long: the connection is dead even if nobody closed it. */
const CONNECTION_TIMEOUT = 3_000

/**
 * Two one-way streams between the control planes of one lineage: each side posts its lines to the other, so that
 * either can say something at any moment, half a round trip away.
 *
 * Dialling and listening are independent. A stream is dialled anew when it breaks, when it cannot be opened within
 * three seconds, and when the peer has been silent on its own stream for as long (a link that holds packets closes
 * nothing). Lines written to a broken stream are lost, which is harmless: everything said is cumulative and repeated.
 */
export class PeerLink {
  readonly #options: PeerLinkOptions
  readonly #incoming = new Set<IncomingMessage>()
  #timer: NodeJS.Timeout | undefined
  #outgoing: ClientRequest | undefined
  #dialledAt = 0
  #open = false
  #heardAt = Number.NEGATIVE_INFINITY
  #latest: StateMessage | undefined

  constructor(options: PeerLinkOptions) {
    this.#options = options
    this.open()
  }

  /** Speaks for this region, with nothing heard yet. Does nothing where it does so already. */
  open(): void {
    if (this.#timer) return
    this.#timer = setInterval(() => this.#tick(), SAY_STATE_EVERY)
    this.#latest = undefined
    this.#heardAt = Number.NEGATIVE_INFINITY
    this.#dial()
  }

  /** The peer's newest state, however old. */
  get latest(): StateMessage | undefined {
    return this.#latest
  }

  get reachable(): boolean {
    return performance.now() - this.#heardAt < SILENCE
  }

  send(message: PeerMessage): boolean {
    if (!this.#open || !this.#outgoing) return false
    this.#outgoing.write(`${JSON.stringify(message)}\n`)
    return true
  }

  sayState(): void {
    this.send(this.#options.state())
  }

  /** A stream that the peer has opened to our listener. Ends when the peer closes it. */
  async receive(stream: IncomingMessage): Promise<void> {
    stream.on('error', () => {})
    this.#incoming.add(stream)
    stream.once('close', () => this.#incoming.delete(stream))
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!this.#timer) return
      this.#heardAt = performance.now()
      const message = JSON.parse(line) as PeerMessage
      if (message.kind === 'state') this.#latest = message
      this.#options.onMessage(message)
    }
  }

  /** Says and hears nothing any more, until it is opened again. */
  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#outgoing?.destroy()
    for (const stream of this.#incoming) stream.destroy()
  }

  #tick(): void {
    const now = performance.now()
    const silent = now - Math.max(this.#heardAt, this.#dialledAt) > CONNECTION_TIMEOUT
    if (this.#outgoing && silent) this.#outgoing.destroy(new Error('the peer is silent'))
    else this.sayState()
  }

  #dial(): void {
    if (!this.#timer || this.#outgoing) return
    this.#dialledAt = performance.now()
    const url = new URL(PEER_PATH, this.#options.host)
    const options = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, agent: false as const }
    const { tls } = this.#options
    const dial = url.protocol === 'https:' ? https.request : request
    const outgoing = dial(url, { ...options, ...tls, minVersion: 'TLSv1.3', checkServerIdentity: checkControlPlane })
    this.#outgoing = outgoing
    outgoing.on('socket', (socket) => {
      socket.setNoDelay(true)
      socket.once('secureConnect', () => {
        this.#open = true
        outgoing.flushHeaders()
        this.sayState()
      })
    })
    outgoing.on('response', (response) => outgoing.destroy(new Error(`the peer answered ${response.statusCode}`)))
    outgoing.on('error', (error) => this.#options.logger.debug({ error: error.message }, 'peer link'))
    outgoing.on('close', () => {
      if (this.#outgoing !== outgoing) return
      this.#open = false
      this.#outgoing = undefined
      setTimeout(() => this.#dial(), REDIAL_AFTER).unref()
    })
  }
}
