import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { Endpoint, RuntimeConfig } from '../model/runtime-config.ts'
import type { Gateway, GatewaySource } from './gateway.ts'
import { listen } from './listen.ts'
import { refusal, sendAnswer } from './proxy/answers.ts'

const MAX_HEADER_BLOCK = 32_768

/** What `clientError` may carry beside the error. */
interface ParserError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
  /** Of the packet. */
  readonly bytesParsed?: number
}

/**
 * A listener for clients. Requests that node's strict parser refuses are answered here; all others go to the gateway.
 * An answer under way is never replaced by the refusal of what comes behind it.
 */
export class GatewayServer {
  readonly #server: Server
  readonly #gateway: Gateway
  readonly #source: GatewaySource
  readonly #logger: Logger
  /** Milliseconds. */
  readonly #bodyTimeout: number
  readonly #upgraded = new Set<Duplex>()
  /** The newest answer of each connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>()
  #isDraining = false

  constructor(gateway: Gateway, source: GatewaySource, config: RuntimeConfig['dataPlane'], logger: Logger) {
    this.#gateway = gateway
    this.#source = source
    this.#logger = logger
    this.#bodyTimeout = config.bodyTimeout * 1000
    this.#server = createServer({
      insecureHTTPParser: false,
      maxHeaderSize: MAX_HEADER_BLOCK,
      requireHostHeader: false,
      headersTimeout: config.headerTimeout * 1000,
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, config.headerTimeout * 500),
      keepAliveTimeout: config.keepaliveTimeout * 1000,
      noDelay: true,
      shouldUpgradeCallback: (request: IncomingMessage) => this.#mayUpgrade(request),
    } as Parameters<typeof createServer>[0])
    // Past the default limit of 2,000 node would drop fields without a word; the block's size is limit enough.
    this.#server.maxHeadersCount = 0
    this.#server.on('request', (request, response) => this.#serve(request, response))
    this.#server.on('checkContinue', (request, response) => this.#serveExpecting(request, response))
    this.#server.on('checkExpectation', (request, response) => this.#serveExpecting(request, response))
    this.#server.on('connect', (request, socket) => this.#refuseConnect(request, socket))
    this.#server.on('upgrade', (request, socket, head) => this.#serveUpgrade(request, socket, head))
    this.#server.on('clientError', (error, socket) => this.#answerParserError(error, socket))
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo
  }

  async listen(endpoint: Endpoint): Promise<void> {
    await listen(this.#server, endpoint, 'gateway')
    this.#server.on('error', (error) => this.#logger.error({ err: error }, 'the gateway listener failed'))
  }

  /** Accepts nothing more, lets calls under way finish for up to `limit` milliseconds, then ends every connection. */
  async drain(limit: number): Promise<void> {
    this.#isDraining = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    // An answer under way when this began may leave its connection open behind it.
    const sweeper = setInterval(() => this.#server.closeIdleConnections(), 50)
    for (const socket of this.#upgraded) socket.destroy()
    const timer = setTimeout(() => this.#server.closeAllConnections(), limit)
    await closed
    clearTimeout(timer)
    clearInterval(sweeper)
  }

  #serve(request: IncomingMessage, response: ServerResponse, options?: { expectsContinue: boolean }): void {
    if (this.#isBehindLast(request.socket)) return
    this.#answers.set(request.socket, response)
    // Node's parser drops what stands in one packet behind a wish to switch protocols that is not granted.
    if (this.#isDraining || request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    if (hasBody(request)) response.once('finish', () => this.#boundRest(request))
    this.#gateway.handle(request, response, options)
  }

  /** Node also takes a list that names `100-continue` beside something else for an expectation it knows. */
  #serveExpecting(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.expect?.toLowerCase() === '100-continue') {
      this.#serve(request, response, { expectsContinue: true })
    } else if (!this.#isBehindLast(request.socket)) {
      this.#answers.set(request.socket, response)
      sendAnswer(response, refusal(417, 'only 100-continue can be expected here'), this.#source.fields)
    }
  }

  /** Whether the last answer of a connection is decided on: what comes behind may be a part of what was refused. */
  #isBehindLast(socket: Duplex): boolean {
    const answer = this.#answers.get(socket)
    return answer !== undefined && !answer.shouldKeepAlive
  }

  /** A body that the answer did not wait for may not pause longer than any other. */
  #boundRest(request: IncomingMessage): void {
    if (request.complete) return
    const timer = setTimeout(() => request.socket.destroy(), this.#bodyTimeout)
    request.on('data', () => timer.refresh())
    request.once('close', () => clearTimeout(timer))
  }

  #mayUpgrade(request: IncomingMessage): boolean {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket' || request.method !== 'GET') return false
    // Where the body ends and the new protocol begins could be read in two ways.
    if (hasBody(request)) return false
    // Behind an answer that is not out yet the socket cannot be handed over.
    const before = this.#answers.get(request.socket)
    if (before && !(before.closed && before.shouldKeepAlive)) return false
    return this.#gateway.allowsUpgrade(request, new ServerResponse(request))
  }

  /** Node hands the bare socket over; an answer other than the switch still needs a response on it. */
  #serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (head.length > 0) socket.unshift(head)
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as Socket)
    response.on('finish', () => socket.end())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#upgraded.delete(socket))
    this.#upgraded.add(socket)
    this.#gateway.handle(request, response, { upgrade: 'websocket' })
  }

  /** In its turn: the answers to what came before it go first. */
  #refuseConnect(request: IncomingMessage, socket: Duplex): void {
    if (this.#isBehindLast(socket)) return
    const before = this.#answers.get(socket)
    if (before && !before.closed) {
      before.once('close', () => this.#refuseConnect(request, socket))
      return
    }
    const response = new ServerResponse(request)
    response.assignSocket(socket as Socket)
    response.on('finish', () => socket.end())
    socket.on('error', () => socket.destroy())
    sendAnswer(
      response,
      { ...refusal(405, 'CONNECT is not allowed'), headers: { Allow: 'GET', Connection: 'close' } },
      [],
    )
  }

  #answerParserError(error: ParserError, socket: Duplex): void {
    const answer = this.#answers.get(socket)
    // After the last answer of a connection nothing counts any more.
    if (answer?.writableEnded && !answer.shouldKeepAlive) return
    const isUnderWay = answer !== undefined && !answer.writableFinished
    if (isUnderWay && answer.req.complete) {
      answer.shouldKeepAlive = false
      answer.once('close', () => socket.destroy())
      answer.once('finish', () => socket.end())
      return
    }
    if (isUnderWay) {
      // The body of the request itself is broken: its upstream must never take it for whole.
      if (answer.headersSent) socket.destroy()
      else sendAnswer(answer, refusal(statusOf(error), 'the request body is malformed'), this.#source.fields)
      return
    }
    if (!socket.writable) {
      socket.destroy()
      return
    }
    const status = statusOf(error)
    const body = JSON.stringify({ error_msg: STATUS_TEXTS[status] })
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
    setTimeout(() => socket.destroy(), 1000).unref()
  }
}

const STATUS_TEXTS = {
  400: 'Bad Request',
  408: 'Request Timeout',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
} as const

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

function statusOf({ code, rawPacket, bytesParsed }: ParserError): keyof typeof STATUS_TEXTS {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  if (code !== 'HPE_HEADER_OVERFLOW') return 400
  // Without a line break in what was parsed the request line itself has no end.
  return rawPacket && !rawPacket.subarray(0, bytesParsed).includes('\n') ? 414 : 431
}
