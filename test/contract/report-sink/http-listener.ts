import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface HeardRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As it came. */
  readonly raw: Buffer
  /** Unpacked, where it was packed by gzip. */
  readonly body: Buffer
}

export interface SaidAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** An HTTP server that can be down, and can lose an answer. */
export class HttpListener {
  readonly #answer: (request: HeardRequest) => SaidAnswer | Promise<SaidAnswer>
  #server: Server | undefined
  #port = 0
  #losesNext = false

  constructor(answer: (request: HeardRequest) => SaidAnswer | Promise<SaidAnswer>) {
    this.#answer = answer
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async up(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const raw = Buffer.concat(parts)
      const { method = '', url: path = '', headers } = request
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
      const losesThis = method === 'POST' && this.#losesNext
      if (losesThis) this.#losesNext = false
      const said = await this.#answer({ method, path, headers, raw, body })
      if (losesThis) response.destroy()
      else response.writeHead(said.status, said.headers).end(said.body)
    })
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async down(): Promise<void> {
    const server = this.#server
    if (!server?.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  loseNextAnswer(): void {
    this.#losesNext = true
  }
}
