import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { type GatewayFields, lingerAfter, refusal, sendAnswer, UPSTREAM_FAILED, UPSTREAM_TIMED_OUT } from './answers.ts'
import type { UpstreamNode } from './balancers.ts'
import type { GatewayCall } from './gateway-call.ts'
import { HeaderList } from './header-list.ts'
import { isHopByHop, listedInConnection } from './hop-by-hop.ts'
import { RequestBody, RequestBodyError } from './request-body.ts'
import { tunnel } from './tunnel.ts'
import type { Timeouts, Upstream } from './upstream.ts'
import { type AttemptEvents, UpstreamAttempt, UpstreamTimeout } from './upstream-attempt.ts'
import type { UpstreamConnections } from './upstream-connections.ts'

export interface ExchangeOptions {
  readonly connections: UpstreamConnections
  readonly fields: GatewayFields
  readonly logger: Logger
  /** Bytes; 0 for no limit. */
  readonly maxBodySize: number
  /** Milliseconds that the client's body may pause. */
  readonly bodyTimeout: number
  /** Milliseconds that the client may leave the answer untaken. */
  readonly sendTimeout: number
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/**
 * Carries one call to its upstream and the answer back.
 *
 * Nodes are tried one after another while nothing of an answer has arrived and trying again can do no harm: the request
 * never left, or it is idempotent and has no body. Once the answer's head has gone to the client, a failure can only
 * cut the client's connection, so that what it has cannot look complete.
 */
export class UpstreamExchange implements AttemptEvents {
  readonly #call: GatewayCall
  readonly #response: ServerResponse
  readonly #upstream: Upstream
  readonly #timeouts: Timeouts
  readonly #options: ExchangeOptions
  readonly #startedAt = performance.now()
  readonly #body: RequestBody | Buffer | null
  readonly #upgrade: string | undefined
  #attempt: UpstreamAttempt | undefined
  #tried: Set<UpstreamNode> | undefined
  #retries = 0
  #repeatedOnReused = false
  #stalledClient: NodeJS.Timeout | undefined
  #isPaused = false

  constructor(call: GatewayCall, upstream: Upstream, timeouts: Timeouts, options: ExchangeOptions, upgrade?: string) {
    this.#call = call
    this.#response = call.response
    this.#upstream = upstream
    this.#timeouts = timeouts
    this.#options = options
    this.#upgrade = upgrade
    this.#body = call.body ?? (call.fields.hasBody ? this.#streamBody() : null)
  }

  start(): void {
    const node = this.#pick()
    if (node) this.#try(node)
    else this.#answerFailure(new Error('no node has a weight'))
  }

  /** The client has left. */
  abandon(): void {
    clearTimeout(this.#stalledClient)
    this.#attempt?.abandon()
    if (this.#body instanceof RequestBody) this.#body.destroy()
  }

  awaitsClient(): boolean {
    return this.#body instanceof RequestBody && !this.#call.request.complete && !this.#call.request.isPaused()
  }

  onHead(attempt: UpstreamAttempt, status: number, rawHeaders: readonly Buffer[]): void {
    const headers = forwardedFields(rawHeaders)
    if (!headers) {
      attempt.abandon()
      this.#answerFailure(new Error('the answer has a transfer coding other than chunked'))
      return
    }
    const head = { status, headers }
    const { pipeline } = this.#call
    pipeline?.filterHead(this.#call, head)
    if (pipeline?.filtersBody || status === 204) head.headers.remove('Content-Length')
    head.headers.raw.push(...this.#options.fields)
    this.#call.status = head.status
    if (!this.#call.request.complete) this.#leaveUpload(head.headers)
    try {
      this.#response.writeHead(head.status, head.headers.raw)
    } catch (error) {
      attempt.abandon()
      this.#answerFailure(error as Error)
      return
    }
    // A body that follows at once shares the head's packet; a head alone must not wait for it.
    queueMicrotask(() => {
      if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.flushHeaders()
    })
  }

  onData(attempt: UpstreamAttempt, chunk: Buffer): void {
    const { pipeline } = this.#call
    const part = pipeline?.filtersBody ? pipeline.filterBody(this.#call, chunk, false) : chunk
    if (part.length === 0 || this.#response.write(part) || this.#isPaused) return
    this.#isPaused = true
    attempt.pause()
    this.#stalledClient = setTimeout(() => this.#cut(), this.#options.sendTimeout)
    this.#response.once('drain', () => {
      clearTimeout(this.#stalledClient)
      this.#isPaused = false
      attempt.resume()
    })
  }

  onEnd(): void {
    const { pipeline } = this.#call
    const last = pipeline?.filtersBody ? pipeline.filterBody(this.#call, Buffer.alloc(0), true) : undefined
    this.#response.end(last && last.length > 0 ? last : undefined)
  }

  onUpgrade(_attempt: UpstreamAttempt, status: number, rawHeaders: readonly Buffer[], upstream: Duplex): void {
    const headers = forwardedFields(rawHeaders)
    if (!headers || !switchesTo(rawHeaders, this.#upgrade)) {
      upstream.destroy()
      this.#answerFailure(new Error('the upstream switched to a protocol that nobody asked for'))
      return
    }
    headers.raw.push(...this.#options.fields, 'Connection', 'Upgrade', 'Upgrade', this.#upgrade!)
    this.#call.status = status
    tunnel(this.#response, headers, upstream as Socket, this.#timeouts.read)
  }

  onFailure(attempt: UpstreamAttempt, error: Error): void {
    if (this.#call.isClosed) return
    if (this.#response.headersSent) {
      this.#cut()
      return
    }
    if (error instanceof RequestBodyError) {
      sendAnswer(this.#response, refusal(error.status, error.message), this.#options.fields, this.#call)
      return
    }
    const again = this.#nodeForRetry(attempt, error)
    if (again) this.#try(again)
    else this.#answerFailure(error)
  }

  #try(node: UpstreamNode): void {
    const { upstream: target } = this.#call
    const attempt = new UpstreamAttempt(node, this.#timeouts, this.#body !== null, this)
    this.#attempt = attempt
    this.#options.connections.poolFor(node, this.#upstream.connection).dispatch(
      {
        path: target.target,
        method: target.method,
        headers: ['Host', this.#hostFor(node), ...target.headers.raw],
        body: this.#body,
        upgrade: this.#upgrade ?? null,
      },
      attempt,
    )
  }

  /** A node that has not failed for this call, of the highest priority that still has one. */
  #pick(): UpstreamNode | undefined {
    for (const group of this.#upstream.groups) {
      const node = group.pick(this.#call, this.#tried)
      if (node) return node
    }
    return undefined
  }

  #nodeForRetry(attempt: UpstreamAttempt, error: Error): UpstreamNode | undefined {
    const isRepeatable = this.#body === null && IDEMPOTENT.has(this.#call.upstream.method)
    if (attempt.isStarted && !isRepeatable) return undefined
    // The node may have closed the idle connection just as it was chosen: that says nothing about the node.
    if (attempt.isReused && !(error instanceof UpstreamTimeout) && !this.#repeatedOnReused) {
      this.#repeatedOnReused = true
      return attempt.node
    }
    const { retries, retryTimeout } = this.#upstream
    if (this.#retries >= retries) return undefined
    if (retryTimeout > 0 && performance.now() - this.#startedAt >= retryTimeout) return undefined
    this.#retries++
    this.#tried ??= new Set()
    this.#tried.add(attempt.node)
    return this.#pick()
  }

  #answerFailure(error: Error): void {
    this.#options.logger.warn({ route: this.#call.route?.id, reason: error.message }, 'the upstream failed')
    const answer = error instanceof UpstreamTimeout ? UPSTREAM_TIMED_OUT : UPSTREAM_FAILED
    if (this.#body instanceof RequestBody) this.#body.destroy()
    sendAnswer(this.#response, answer, this.#options.fields, this.#call)
  }

  #cut(): void {
    this.abandon()
    const socket = this.#response.socket
    if (socket && 'resetAndDestroy' in socket) socket.resetAndDestroy()
    else this.#response.destroy()
  }

  /** The upstream answered before it had the whole body: the rest is dropped, and the connection with it. */
  #leaveUpload(headers: HeaderList): void {
    if (this.#body === null) return
    headers.set('Connection', 'close')
    lingerAfter(this.#response)
  }

  #streamBody(): RequestBody {
    const { maxBodySize, bodyTimeout } = this.#options
    const body = new RequestBody(this.#call.request, maxBodySize, bodyTimeout)
    body.on('error', () => {})
    return body
  }

  #hostFor(node: UpstreamNode): string {
    const { passHost, upstreamHost, connection } = this.#upstream
    if (passHost === 'rewrite' && upstreamHost) return upstreamHost
    const client = this.#call.upstream.host ?? this.#call.hostHeader
    if (passHost === 'pass' && client !== '') return client
    return node.port === (connection.scheme === 'https' ? 443 : 80) ? node.host : `${node.host}:${node.port}`
  }
}

/**
 * The upstream's end-to-end fields; `Server` is the gateway's own.
 *
 * @returns undefined when nobody could tell where the body ends, or what it is: `chunked` is the only coding known
 */
function forwardedFields(rawHeaders: readonly Buffer[]): HeaderList | undefined {
  const raw: string[] = []
  let connection: string | undefined
  let isChunked = false
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toString('latin1')
    const value = rawHeaders[index + 1]!.toString('latin1')
    const lower = name.toLowerCase()
    if (lower === 'connection') connection = connection === undefined ? value : `${connection},${value}`
    else if (lower === 'transfer-encoding') {
      if (isChunked || value.toLowerCase() !== 'chunked') return undefined
      isChunked = true
    } else if (lower !== 'server' && !isHopByHop(lower)) raw.push(name, value)
  }
  const headers = new HeaderList(raw)
  for (const name of listedInConnection(connection) ?? []) headers.remove(name)
  return headers
}

function switchesTo(rawHeaders: readonly Buffer[], protocol: string | undefined): boolean {
  const at = rawHeaders.findIndex(
    (name, index) => index % 2 === 0 && name.toString('latin1').toLowerCase() === 'upgrade',
  )
  return rawHeaders[at + 1]?.toString('latin1').toLowerCase() === protocol
}
