import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Endpoint } from '../model/runtime-config.ts'
import type { Version } from '../model/version.ts'
import type { FrameRefusalReason } from './configuration/frame-refusal.ts'
import { listen } from './listen.ts'

/** `GET /status`: what is served, and where it came from. */
export interface DataPlaneStatus {
  readonly status: 'ok'
  readonly lineage: string | null
  readonly version: Version | null
  readonly hash: string | null
  readonly source: 'control-plane' | 'cache' | 'fallback' | null
  /** Seconds since a control plane last vouched for it; null before the first time. */
  readonly age: number | null
  /** What is not as it should be, in words; empty when all is well. */
  readonly degraded: readonly string[]
  /** Why no control plane is followed any more, since this identity was revoked; null while it is good. */
  readonly revoked: string | null
  /** Frames that were not taken in since the start, by reason. */
  readonly refusals: Readonly<Record<FrameRefusalReason, number>>
}

export interface StatusSource {
  status(): DataPlaneStatus
  /** Why no calls should be sent here, or undefined. */
  unready(): string | undefined
}

/** The listener for health checks and people. */
export class StatusServer {
  readonly #server: Server

  constructor(source: StatusSource) {
    this.#server = createServer((request, response) => {
      const [code, body] = answer(request.method, request.url?.split('?', 1)[0], source)
      const text = JSON.stringify(body)
      response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
      response.end(text)
    })
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo
  }

  listen(endpoint: Endpoint): Promise<void> {
    return listen(this.#server, endpoint, 'status')
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

function answer(method: string | undefined, path: string | undefined, source: StatusSource): [number, unknown] {
  if (path !== '/status' && path !== '/status/ready') return [404, { error_msg: '404 Not Found' }]
  if (method !== 'GET' && method !== 'HEAD') return [405, { error_msg: '405 Method Not Allowed' }]
  if (path === '/status') return [200, source.status()]
  const error = source.unready()
  return error === undefined ? [200, { status: 'ok' }] : [503, { status: 'error', error }]
}
