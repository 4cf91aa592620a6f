import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { DataPlaneSettings, RegistrationAnswer } from '../../../runtime/model/frame.ts'
import type { Endpoint } from '../links/link-forwarder.ts'
import type { Identities } from '../plan/identities.ts'
import type { Listener } from '../plan/local-plan.ts'
import { callAsDataPlane } from './data-plane-call.ts'
import type { RecordedStream } from './recorded-stream.ts'

/** As often as a control plane says that it is still there. */
const KEEP_ALIVE_EVERY = 5_000
/** What one that serves its own frames is used for until it answered a registration. */
const NO_SETTINGS: DataPlaneSettings = { exposeRegion: false, heartbeatInterval: 0 }

export interface ReplayOptions {
  readonly identities: Identities
  /** Whose certificate it shows, and where whoever registers is passed on to. */
  readonly region: string
  readonly behind: Listener
  readonly recording: RecordedStream
}

/**
 * A control plane that has learned nothing since a recording was made, as one that comes back from the past: it sends
 * that to every data plane, whatever they say they hold, and is content with all they answer. Instances are registered by
 * the control plane behind it, which has the key to issue their certificates.
 */
export class ReplayingControlPlane {
  readonly #options: ReplayOptions
  readonly #server: Server
  readonly #misled = new Set<string>()
  readonly #keepAlive: NodeJS.Timeout
  readonly #streams = new Set<ServerResponse>()
  #settings = NO_SETTINGS

  static async start(options: ReplayOptions): Promise<ReplayingControlPlane> {
    const replaying = new ReplayingControlPlane(options)
    await new Promise<void>((resolve, reject) => {
      replaying.#server.once('error', reject)
      replaying.#server.listen(0, '127.0.0.1', resolve)
    })
    return replaying
  }

  private constructor(options: ReplayOptions) {
    this.#options = options
    const { identities, region } = options
    const { certificate, key } = identities.controlPlanes.get(region)!
    this.#server = createServer(
      {
        ...{ cert: readFileSync(certificate), key: readFileSync(key) },
        ...{ ca: readFileSync(identities.authority.certificate), requestCert: true, minVersion: 'TLSv1.3' },
      },
      (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
    )
    this.#keepAlive = setInterval(() => {
      for (const stream of this.#streams) stream.write('\n')
    }, KEEP_ALIVE_EVERY)
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  /** Instances that held a later epoch and were sent the recording. */
  get misled(): number {
    return this.#misled.size
  }

  async close(): Promise<void> {
    clearInterval(this.#keepAlive)
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://control-plane')
    if (pathname === '/sync') return this.#replay(searchParams, response)
    if (pathname === '/dataplane/register') return this.#passOn(request, response)
    request.resume()
    const answer = pathname === '/dataplane/heartbeat' ? JSON.stringify({ settings: this.#settings }) : undefined
    response.writeHead(answer ? 200 : 204, { 'content-type': 'application/json' }).end(answer)
  }

  #replay(held: URLSearchParams, response: ServerResponse): void {
    const { text: frames, version } = this.#options.recording
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(frames)
    this.#streams.add(response)
    response.once('close', () => this.#streams.delete(response))
    if (Number(held.get('epoch') ?? 0) > version.epoch) this.#misled.add(held.get('instance') ?? '')
  }

  async #passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { identities, behind } = this.#options
    const answer = await callAsDataPlane(identities, behind, { method: 'POST', path: request.url!, body: request })
    const body = await text(answer)
    if (answer.statusCode === 200) this.#settings = (JSON.parse(body) as RegistrationAnswer).settings
    response.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' }).end(body)
  }
}
