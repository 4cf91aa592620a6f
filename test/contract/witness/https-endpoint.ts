import { createHash, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { createAuthority, issueCertificate, type KeyPair } from '../../../runtime/control-plane/pki/authority.ts'

/**
 * A real HTTPS server that keeps one object a path and honours conditions on writing it. Who calls shows a certificate
 * of its authority, or the token `secret`.
 */
export class HttpsEndpoint {
  readonly authority: KeyPair
  readonly #server: Server
  readonly #objects = new Map<string, string>()
  /** Tags are weak, as those of contents that are packed on the way. */
  isWeak = false
  /** Every call is answered with this. */
  outage: number | undefined
  /** How often it was called. */
  calls = 0
  /** Names of those who called. */
  readonly callers = new Set<string>()

  static async start(authority?: KeyPair): Promise<HttpsEndpoint> {
    const trusted = authority ?? (await createAuthority('witness'))
    const { certificate: cert, key } = await issueCertificate({
      ...{ authority: trusted, uri: 'spiffe://witness/endpoint', usage: 'server', hosts: ['127.0.0.1'] },
    })
    const server = createServer({ cert, key, ca: trusted.certificate, requestCert: true, rejectUnauthorized: false })
    const endpoint = new HttpsEndpoint(trusted, server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return endpoint
  }

  private constructor(authority: KeyPair, server: Server) {
    this.authority = authority
    this.#server = server
    server.on('request', async (request, response) => {
      const socket = request.socket as TLSSocket
      const path = request.url!
      this.calls += 1
      const sent = await text(request)
      const answer = (status: number, body = '', headers = {}) => response.writeHead(status, headers).end(body)
      if (this.outage !== undefined) return answer(this.outage)
      if (!socket.authorized && request.headers.authorization !== 'Bearer secret') return answer(401)
      const shown = socket.getPeerX509Certificate()
      if (shown) this.callers.add(new X509Certificate(shown.raw).subjectAltName!)
      const held = this.#objects.get(path)
      if (request.method === 'GET') {
        return held === undefined ? answer(404) : answer(200, held, { etag: this.#tag(held) })
      }
      const { 'if-match': match, 'if-none-match': none } = request.headers
      if (none === '*' ? held !== undefined : held === undefined || match !== this.#tag(held)) return answer(412)
      this.#objects.set(path, sent)
      return answer(held === undefined ? 201 : 204)
    })
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What it keeps at a path. */
  content(path: string): string | undefined {
    return this.#objects.get(path)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #tag(content: string): string {
    return `${this.isWeak ? 'W/' : ''}"${createHash('sha256').update(content).digest('hex')}"`
  }
}
