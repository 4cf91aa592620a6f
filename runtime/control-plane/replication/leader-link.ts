import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Agent, buildConnector, errors, request } from 'undici'
import { checkControlPlane } from '../pki/identity.ts'
import { MEMBER_PATHS, type MemberMessage, type PassedOnAnswer, type PassedOnCall } from './member-messages.ts'
import { PEER_PATH } from './peer-link.ts'

export interface LeaderLinkOptions {
  /** `host:port` of the leader's sync listener. */
  readonly address: string
  /** Names this member to its leader. */
  readonly id: string
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  onMessage(message: MemberMessage): void
}

/** A leader says its state twice a second; one that is silent for so long is no leader. */
const SILENCE = 2_000
const CONNECT_TIMEOUT = 1_000
/** For questions that the leader answers from memory. */
const ANSWER_TIMEOUT = 2_000

/** A call that certainly did not reach the leader. */
export class LeaderUnreached extends Error {
  override readonly name = 'LeaderUnreached'
}

/** The leader took the call and refused it. */
export class LeaderRefused extends Error {
  override readonly name = 'LeaderRefused'
  readonly statusCode: number
  /** As the leader answered. */
  readonly body: string

  constructor(statusCode: number, body: string) {
    super(`the leader answered ${statusCode}: ${body}`)
    this.statusCode = statusCode
    this.body = body
  }
}

/** A member's way to its leader: the stream of what to show, and calls. */
export class LeaderLink {
  readonly address: string
  readonly #options: LeaderLinkOptions
  readonly #agent: Agent
  readonly #closing = new AbortController()

  constructor(options: LeaderLinkOptions) {
    this.address = options.address
    this.#options = options
    // Each connection is made with the certificate of its time, which may have been renewed since.
    const connect: buildConnector.connector = (to, callback) => {
      const { ca, cert, key } = options.tls
      const name = { ca, cert, key, minVersion: 'TLSv1.3', checkServerIdentity: checkControlPlane } as const
      buildConnector({ ...name, timeout: CONNECT_TIMEOUT })(to, callback)
    }
    this.#agent = new Agent({
      connect,
      keepAliveTimeout: 10_000,
    })
  }

  /** Hands on what the leader says, until it stops saying anything. @throws always, with why it ended */
  async listen(): Promise<never> {
    const { statusCode, body } = await request(this.#url(`${MEMBER_PATHS.stream}?id=${this.#options.id}`), {
      dispatcher: this.#agent,
      signal: this.#closing.signal,
      headersTimeout: SILENCE,
      bodyTimeout: SILENCE,
    })
    if (statusCode !== 200) {
      await body.dump()
      throw new Error(`${this.address} answered ${statusCode}: it does not lead`)
    }
    for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
      this.#options.onMessage(JSON.parse(line) as MemberMessage)
    }
    throw new Error(`${this.address} ended its stream`)
  }

  /**
   * Has the leader answer a call of the Admin API.
   *
   * @param timeout milliseconds
   * @throws LeaderUnreached where the call was certainly not taken, anything else where it may have been
   */
  async passOn(call: PassedOnCall, timeout: number): Promise<PassedOnAnswer> {
    return (await this.call('POST', MEMBER_PATHS.call, call, timeout)) as PassedOnAnswer
  }

  /** Hands on what the peer streams, until either side ends it. */
  async relay(stream: Readable): Promise<void> {
    const { body } = await request(this.#url(PEER_PATH), {
      method: 'POST',
      dispatcher: this.#agent,
      signal: this.#closing.signal,
      headers: { 'content-type': 'application/x-ndjson' },
      body: stream,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    await body.dump()
  }

  /** @returns the JSON it answers with. @throws as `passOn` does, and LeaderRefused */
  async call(method: 'GET' | 'POST' | 'PUT', path: string, sent?: unknown, timeout = ANSWER_TIMEOUT): Promise<unknown> {
    try {
      const { statusCode, body } = await request(this.#url(path), {
        method,
        dispatcher: this.#agent,
        signal: this.#closing.signal,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        ...(sent === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) }),
      })
      const text = await body.text()
      if (statusCode >= 300) throw new LeaderRefused(statusCode, text)
      return text === '' ? null : JSON.parse(text)
    } catch (error) {
      throw wasNeverSent(error) ? new LeaderUnreached((error as Error).message, { cause: error }) : error
    }
  }

  close(): void {
    this.#closing.abort(new Error('left its leader'))
    void this.#agent.destroy()
  }

  #url(path: string): string {
    return `https://${this.address}${path}`
  }
}

function wasNeverSent(error: unknown): boolean {
  const { code } = error as { code?: string }
  return error instanceof errors.ConnectTimeoutError || code === 'ECONNREFUSED' || code === 'EHOSTUNREACH'
}
