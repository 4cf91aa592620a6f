import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Json } from '../framework/values.ts'

export interface ConnectionSettings {
  readonly token: string | null
  /** PEM of who is trusted. @default the authorities of Node */
  readonly ca: string | null
  readonly clientCertificate: string | null
  readonly clientKey: string | null
  /** At once, to all control planes together. */
  readonly concurrency: number
}

export interface Request {
  readonly method: string
  /** With the path of the control plane's own address in front, where it has one. */
  readonly url: URL
  readonly body?: Json
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export interface Response {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** JSON; text where it is none. */
  readonly body: Json
}

/** A call that got no answer. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
  /** Whether the request may have arrived all the same. */
  readonly mayHaveArrived: boolean

  constructor(cause: Error, mayHaveArrived: boolean) {
    super(cause.message || (cause as NodeJS.ErrnoException).code || 'no answer', { cause })
    this.mayHaveArrived = mayHaveArrived
  }
}

/** HTTP to control planes, with connections kept alive. */
export class Connection {
  readonly #settings: ConnectionSettings
  readonly #http: HttpAgent
  readonly #https: HttpsAgent
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
    const { ca, clientCertificate, clientKey, concurrency } = settings
    const pool = { keepAlive: true, maxSockets: concurrency }
    this.#http = new HttpAgent(pool)
    this.#https = new HttpsAgent({
      ...pool,
      ...(ca !== null && { ca }),
      ...(clientCertificate !== null && { cert: clientCertificate }),
      ...(clientKey !== null && { key: clientKey }),
    })
  }

  /** @throws Unanswered */
  async send(request: Request): Promise<Response> {
    await this.#enter(request.signal)
    try {
      return await this.#exchange(request)
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    while (this.#running >= this.#settings.concurrency) await new Promise<void>((go) => this.#waiting.push(go))
    this.#running += 1
    if (!signal.aborted) return
    this.#running -= 1
    this.#waiting.shift()?.()
    throw new Unanswered(abortReason(signal), false)
  }

  #exchange({ method, url, body, headers = {}, signal }: Request): Promise<Response> {
    const secure = url.protocol === 'https:'
    const { token } = this.#settings
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    return new Promise((resolve, reject) => {
      let connected = false
      const fail = (error: Error) => reject(new Unanswered(signal.aborted ? abortReason(signal) : error, connected))
      const call = (secure ? requestHttps : requestHttp)(url, {
        ...{ method, signal, agent: secure ? this.#https : this.#http },
        headers: {
          ...(token !== null && { 'x-api-key': token }),
          ...(content && { 'content-type': 'application/json', 'content-length': content.length }),
          ...headers,
        },
      })
      call.once('socket', (socket) => {
        const ready = () => {
          connected = true
        }
        if (!socket.connecting) ready()
        else socket.once(secure ? 'secureConnect' : 'connect', ready)
      })
      call.once('error', fail)
      call.once('response', (response) => {
        text(response).then((answer) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parse(answer) })
        }, fail)
      })
      call.end(content)
    })
  }
}

function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

function parse(text: string): Json {
  try {
    return text === '' ? null : (JSON.parse(text) as Json)
  } catch {
    return text
  }
}
