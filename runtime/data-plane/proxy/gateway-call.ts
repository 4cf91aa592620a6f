import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { RouteRequest } from '../../model/route-matcher.ts'
import type { Consumer, ConsumerDirectory, PluginCall, UpstreamRequest } from '../../plugins/plugin-interface.ts'
import type { PluginPipeline } from '../configuration/plugin-pipeline.ts'
import type { ServedRoute } from '../configuration/serving-table.ts'
import { HeaderList } from './header-list.ts'
import { milliseconds } from './milliseconds.ts'
import { findArgument, withoutArgument } from './query-string.ts'
import type { HostName, RequestFields } from './request-fields.ts'
import { readVariable } from './variables.ts'

export interface CallInput {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly fields: RequestFields
  readonly host: HostName
  readonly hostHeader: string
  /** In origin-form, as the client wrote it. */
  readonly target: string
  readonly path: string
  readonly query: string | undefined
  readonly consumers: ConsumerDirectory
}

/** One call from its first byte to its log: what matching reads, what plugins see, and what goes upstream. */
export class GatewayCall implements PluginCall, RouteRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly fields: RequestFields
  readonly method: string
  readonly target: string
  readonly path: string
  readonly query: string | undefined
  readonly host: string
  readonly hostWithPort: string
  /** `Host` as sent, or what an absolute-form target says in its place; empty when HTTP/1.0 sent none. */
  readonly hostHeader: string
  readonly remoteAddress: string
  readonly consumers: ConsumerDirectory
  readonly upstream: UpstreamTarget
  consumer: Consumer | undefined
  route: ServedRoute | undefined
  pipeline: PluginPipeline | undefined
  matchedUri: string | undefined
  matchedHost: string | undefined
  /** Set once the head of the answer is known. */
  status: number | undefined
  /** Read ahead only where a variable needs it. */
  body: Buffer | undefined
  isClosed = false
  #onClose: AbortController | undefined

  constructor({ request, response, fields, host, hostHeader, target, path, query, consumers }: CallInput) {
    this.request = request
    this.response = response
    this.fields = fields
    this.method = request.method!
    this.target = target
    this.path = path
    this.query = query
    this.host = host.name
    this.hostWithPort = host.withPort
    this.hostHeader = hostHeader
    this.remoteAddress = plainAddress(request.socket.remoteAddress ?? '')
    this.consumers = consumers
    this.upstream = new UpstreamTarget(this.method, query === undefined ? path : `${path}?${query}`, fields.forwarded)
  }

  variable(name: string): unknown {
    return readVariable(this, name)
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()]
    return Array.isArray(value) ? value[0] : value
  }

  argument(name: string): string | undefined {
    return this.query === undefined ? undefined : findArgument(this.query, name)
  }

  /** What a client claims about consumers is replaced, or dropped where there is nothing to say. */
  attachConsumer(consumer: Consumer): void {
    this.consumer = consumer
    const { headers } = this.upstream
    headers.set('X-Consumer-Username', consumer.username)
    headers.remove('X-Credential-Identifier')
    headers.remove('X-Consumer-Custom-ID')
    const customId = consumer.labels.custom_id
    if (customId !== undefined) headers.set('X-Consumer-Custom-ID', customId)
  }

  async pause(seconds: number): Promise<void> {
    if (this.isClosed) return
    this.#onClose ??= new AbortController()
    await delay(milliseconds(seconds), undefined, { signal: this.#onClose.signal }).catch(() => {})
  }

  /** The exchange with the client is over, for whatever reason. */
  close(): void {
    this.isClosed = true
    this.#onClose?.abort()
  }
}

class UpstreamTarget implements UpstreamRequest {
  method: string
  target: string
  host: string | undefined
  readonly headers: HeaderList

  constructor(method: string, target: string, headers: string[]) {
    this.method = method
    this.target = target
    this.headers = new HeaderList(headers)
  }

  removeArgument(name: string): void {
    const mark = this.target.indexOf('?')
    if (mark < 0) return
    const query = withoutArgument(this.target.slice(mark + 1), name)
    this.target = this.target.slice(0, mark) + (query === '' ? '' : `?${query}`)
  }
}

/** An IPv4 address that a socket for both families shows as `::ffff:10.0.0.1`. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
