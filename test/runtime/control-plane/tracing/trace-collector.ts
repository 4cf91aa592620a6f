import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean }
type Attributes = { key: string; value: Value }[]

/** A span as a collector is sent it, in OTLP's JSON. */
export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: Attributes
  readonly status: { readonly code?: number }
  /** Of whoever sent it. */
  readonly resource: Readonly<Record<string, string | number | boolean>>
}

/** Receives traces by OTLP over HTTP, as an OpenTelemetry collector does. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = []
  /** Everything that was sent, as it was sent. */
  readonly bodies: string[] = []
  readonly #server: Server

  static async start(): Promise<TraceCollector> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TraceCollector(server)
  }

  private constructor(server: Server) {
    this.#server = server
    server.on('request', async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      if (request.method === 'POST' && request.url === '/v1/traces') this.#take(body)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Of one trace, in the order of their beginning. */
  of(traceId: string): CollectedSpan[] {
    const nanoseconds = ({ startTimeUnixNano }: CollectedSpan) => BigInt(startTimeUnixNano)
    const spans = this.spans.filter((span) => span.traceId === traceId)
    return spans.sort((a, b) => (nanoseconds(a) < nanoseconds(b) ? -1 : 1))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(body: string): void {
    this.bodies.push(body)
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { resource: { attributes: Attributes }; scopeSpans: { spans: CollectedSpan[] }[] }[]
    }
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const { spans } of scopeSpans) {
        for (const span of spans) this.spans.push({ ...span, resource: attributesOf(resource) })
      }
    }
  }
}

export function attributesOf({ attributes }: { attributes: Attributes }): Record<string, string | number | boolean> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, boolValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? (boolValue ?? '') : Number(intValue)),
    ]),
  )
}
