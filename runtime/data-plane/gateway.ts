import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { AddressSet } from '../model/address-set.ts'
import type { RuntimeConfig } from '../model/runtime-config.ts'
import type { Answer, Outcome } from '../plugins/plugin-interface.ts'
import { runPhase } from './configuration/plugin-pipeline.ts'
import type { ServedRoute, ServingTable } from './configuration/serving-table.ts'
import {
  type GatewayFields,
  INTERNAL_ERROR,
  NO_CONFIGURATION,
  NO_UPSTREAM,
  NO_VALID_NODE,
  ROUTE_NOT_FOUND,
  refusal,
  SERVICE_NOT_FOUND,
  sendAnswer,
  sendContinue,
  UPSTREAM_NOT_FOUND,
} from './proxy/answers.ts'
import { GatewayCall } from './proxy/gateway-call.ts'
import { RequestBodyError, readWholeBody } from './proxy/request-body.ts'
import { type HostName, parseHost, readRequestFields } from './proxy/request-fields.ts'
import { parseRequestTarget } from './proxy/request-target.ts'
import { UpstreamConnections } from './proxy/upstream-connections.ts'
import { type ExchangeOptions, UpstreamExchange } from './proxy/upstream-exchange.ts'
import { CallCounters } from './reports/call-counters.ts'

/** What the gateway serves from right now, and what it says about itself in every answer. */
export interface GatewaySource {
  readonly table: ServingTable | undefined
  readonly fields: GatewayFields
}

export interface CallOptions {
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expectsContinue?: boolean
  /** The protocol to switch to, where the route allows it. */
  readonly upgrade?: string
}

const MAX_TARGET = 8_192
const BODY_READ_AHEAD = 1_048_576
const SEND_TIMEOUT = 60_000
const NO_HOST: HostName = { name: '', withPort: '' }

/** Serves calls: checks the request, finds its route, runs the plugins, and carries it to the upstream. */
export class Gateway {
  /** Calls since the start, whatever became of them. */
  calls = 0
  /** Of calls that are over. */
  readonly counters = new CallCounters()
  readonly #source: GatewaySource
  readonly #config: RuntimeConfig['dataPlane']
  readonly #logger: Logger
  readonly #trusted: AddressSet
  readonly #connections = new UpstreamConnections()

  constructor(source: GatewaySource, config: RuntimeConfig['dataPlane'], logger: Logger) {
    this.#source = source
    this.#config = config
    this.#logger = logger
    this.#trusted = new AddressSet(config.trustedAddresses)
  }

  handle(request: IncomingMessage, response: ServerResponse, options: CallOptions = {}): void {
    this.calls++
    const startedAt = performance.now()
    const { socket } = request
    const { table, fields } = this.#source
    const call = table ? this.#accept(request, response, table) : NO_CONFIGURATION
    if (!(call instanceof GatewayCall)) {
      response.once('close', () => this.counters.count(undefined, call.status, performance.now() - startedAt, socket))
      sendAnswer(response, call, fields)
      return
    }
    response.once('close', () => {
      call.close()
      this.#log(call)
      this.counters.count(call.route, call.status, performance.now() - startedAt, socket)
    })
    if (table!.readsBody && call.fields.hasBody) {
      this.#readAhead(call, options).then(
        () => this.#serve(call, table!, options),
        (error) => this.#fail(call, error),
      )
    } else this.#serve(call, table!, options)
  }

  /** Whether a request to switch protocols may do so: its route must allow it. */
  allowsUpgrade(request: IncomingMessage, response: ServerResponse): boolean {
    const { table } = this.#source
    const call = table && this.#accept(request, response, table)
    return call instanceof GatewayCall && (table!.matcher.match(call)?.target.websocket ?? false)
  }

  close(): Promise<void> {
    return this.#connections.close()
  }

  /** @returns the call, or why the request is refused before anything looks at it */
  #accept(request: IncomingMessage, response: ServerResponse, table: ServingTable): GatewayCall | Answer {
    if (request.httpVersionMajor !== 1) return refusal(505, 'HTTP/1.0 and HTTP/1.1 are spoken here')
    if (request.url!.length > MAX_TARGET) return refusal(414, 'the request target is too long')
    const fields = readRequestFields(request)
    if (!fields) return refusal(400, 'the request can be read in more than one way')
    const isAboutServer = request.url === '*' && request.method === 'OPTIONS'
    const target = parseRequestTarget(isAboutServer ? '/' : request.url!)
    if (!target) return refusal(400, 'the request target is invalid')
    const hostHeader = target.authority ?? fields.host ?? ''
    const mayLackHost = request.httpVersionMinor === 0
    const host = hostHeader === '' && mayLackHost ? NO_HOST : parseHost(hostHeader)
    const isSentRight = fields.host === undefined ? mayLackHost : parseHost(fields.host) !== undefined
    if (!host || !isSentRight) return refusal(400, 'the host is invalid')
    const { maxBodySize, deleteUriTailSlash } = this.#config
    if (maxBodySize > 0 && (fields.contentLength ?? 0) > maxBodySize) {
      return refusal(413, 'the request body is too large')
    }
    if (isAboutServer) return { status: 204 }
    const { query, asSent } = target
    const path = deleteUriTailSlash && /.\/$/.test(target.path) ? target.path.slice(0, -1) : target.path
    const { consumers } = table
    const call = new GatewayCall({
      ...{ request, response, fields, host, hostHeader },
      ...{ target: asSent, path, query, consumers },
    })
    this.#setForwarded(call)
    return call
  }

  /** A client's own claims about who forwarded it count only where its address is trusted. */
  #setForwarded({ fields, hostHeader, remoteAddress, upstream, request }: GatewayCall): void {
    const isTrusted = !this.#trusted.isEmpty && this.#trusted.has(remoteAddress)
    const chain = isTrusted && fields.forwardedFor ? `${fields.forwardedFor}, ${remoteAddress}` : remoteAddress
    const claimed = <T>(value: T): T | undefined => (isTrusted ? value : undefined)
    upstream.headers.raw.push(
      'X-Real-IP',
      remoteAddress,
      'X-Forwarded-For',
      chain,
      'X-Forwarded-Proto',
      claimed(fields.forwardedProto) ?? 'http',
      'X-Forwarded-Host',
      claimed(fields.forwardedHost) ?? hostHeader,
      'X-Forwarded-Port',
      claimed(fields.forwardedPort) ?? String((request.socket.address() as AddressInfo).port),
    )
  }

  #serve(call: GatewayCall, table: ServingTable, options: CallOptions): void {
    const match = table.matcher.match(call)
    if (!match) {
      this.#answer(call, ROUTE_NOT_FOUND)
      return
    }
    const route = match.target
    call.route = route
    call.matchedUri = match.uri
    call.matchedHost = match.host
    call.pipeline = route.pipeline
    if (route.missing === 'service') {
      this.#answer(call, SERVICE_NOT_FOUND)
      return
    }
    try {
      const outcome = runPlugins(call, route)
      if (!(outcome instanceof Promise)) this.#proceed(call, route, outcome, options)
      else {
        outcome.then(
          (answer) => this.#proceed(call, route, answer, options),
          (error) => this.#fail(call, error),
        )
      }
    } catch (error) {
      this.#fail(call, error)
    }
  }

  #proceed(call: GatewayCall, route: ServedRoute, answer: Outcome, options: CallOptions): void {
    if (call.isClosed) return
    const { upstream } = route
    if (answer) this.#answer(call, answer)
    else if (route.missing === 'upstream') this.#answer(call, UPSTREAM_NOT_FOUND)
    else if (!upstream) this.#answer(call, NO_UPSTREAM)
    else if (upstream.nodeCount === 0) this.#answer(call, NO_VALID_NODE)
    else {
      if (options.expectsContinue && call.body === undefined) sendContinue(call.response)
      const timeouts = route.timeouts ?? upstream.timeouts
      const exchange = new UpstreamExchange(call, upstream, timeouts, this.#exchangeOptions(), options.upgrade)
      call.response.once('close', () => exchange.abandon())
      exchange.start()
    }
  }

  #exchangeOptions(): ExchangeOptions {
    const { maxBodySize, bodyTimeout } = this.#config
    return {
      connections: this.#connections,
      fields: this.#source.fields,
      logger: this.#logger,
      maxBodySize,
      bodyTimeout: bodyTimeout * 1000,
      sendTimeout: SEND_TIMEOUT,
    }
  }

  async #readAhead(call: GatewayCall, options: CallOptions): Promise<void> {
    const { maxBodySize, bodyTimeout } = this.#config
    if (options.expectsContinue) sendContinue(call.response)
    const limit = maxBodySize > 0 ? Math.min(maxBodySize, BODY_READ_AHEAD) : BODY_READ_AHEAD
    call.body = await readWholeBody(call.request, limit, bodyTimeout * 1000)
  }

  #answer(call: GatewayCall, answer: Answer): void {
    sendAnswer(call.response, answer, this.#source.fields, call)
  }

  #log(call: GatewayCall): void {
    try {
      call.pipeline?.log(call)
    } catch (error) {
      this.#logger.error({ err: error, route: call.route?.id }, 'a plugin failed to log')
    }
  }

  #fail(call: GatewayCall, error: unknown): void {
    if (error instanceof RequestBodyError) {
      this.#answer(call, refusal(error.status, error.message))
      return
    }
    this.#logger.error({ err: error, route: call.route?.id }, 'a plugin failed')
    this.#answer(call, INTERNAL_ERROR)
  }
}

/** The phases before the upstream. A consumer found on the way brings its own plugins along. */
function runPlugins(call: GatewayCall, route: ServedRoute): Outcome | Promise<Outcome> {
  const rewritten = runPhase(route.pipeline.rewrite, call)
  const rest = (answer: Outcome): Outcome | Promise<Outcome> => {
    if (answer) return answer
    if (call.consumer) call.pipeline = route.pipelineFor(call.consumer)
    const { rewriteOfConsumer, access, beforeProxy } = call.pipeline!
    if (rewriteOfConsumer.length + access.length + beforeProxy.length === 0) return undefined
    return runPhase([...rewriteOfConsumer, ...access, ...beforeProxy], call)
  }
  return rewritten instanceof Promise ? rewritten.then(rest) : rest(rewritten)
}
