import type { Readable } from 'node:stream'
import type { PeerCertificate } from 'node:tls'
import { createGunzip } from 'node:zlib'
import { Agent, type Dispatcher } from 'undici'
import type {
  Acknowledgement,
  Heartbeat,
  HeartbeatAnswer,
  Registration,
  RegistrationAnswer,
} from '../../model/frame.ts'
import type { Version } from '../../model/version.ts'
import { controlPlaneTrustDomain } from './frame-verifier.ts'
import type { TlsIdentity } from './instance-identity.ts'

const CONNECT_TIMEOUT = 3_000
const ANSWER_TIMEOUT = 5_000

/** A control plane answered, but not with what was asked for. */
export class ControlPlaneRefusal extends Error {
  override readonly name = 'ControlPlaneRefusal'
  readonly status: number

  constructor(status: number, path: string, body: string) {
    super(`${path} answered ${status}: ${body.slice(0, 300)}`)
    this.status = status
  }
}

export interface HeldVersion {
  readonly lineage: string
  readonly version: Version
  readonly hash: string
}

export interface ConnectionOptions {
  /** `https://host:port` */
  readonly url: string
  readonly identity: TlsIdentity
  /** PEM. */
  readonly anchors: string
  readonly trustDomain: string | undefined
  /** Milliseconds without a byte after which the control plane counts as gone. */
  readonly silence: number
}

/** The calls of the sync protocol, over mutual TLS, to one control plane as one identity. */
export class ControlPlaneConnection {
  readonly url: string
  readonly #agent: Agent

  constructor({ url, identity, anchors, trustDomain, silence }: ConnectionOptions) {
    this.url = url
    this.#agent = new Agent({
      allowH2: false,
      headersTimeout: ANSWER_TIMEOUT,
      bodyTimeout: silence,
      connectTimeout: CONNECT_TIMEOUT,
      connect: {
        ca: anchors,
        cert: identity.certificate,
        key: identity.key,
        minVersion: 'TLSv1.3',
        checkServerIdentity: (_host: string, certificate: PeerCertificate) => {
          const found = controlPlaneTrustDomain(certificate.subjectaltname)
          if (found !== undefined && (trustDomain === undefined || found === trustDomain)) return undefined
          return new Error(
            `the server is not a control plane here; its certificate names ${certificate.subjectaltname}`,
          )
        },
      },
    })
  }

  register(registration: Registration): Promise<RegistrationAnswer> {
    return this.#post('/dataplane/register', registration) as Promise<RegistrationAnswer>
  }

  heartbeat(heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    return this.#post('/dataplane/heartbeat', heartbeat) as Promise<HeartbeatAnswer>
  }

  async acknowledge(acknowledgement: Acknowledgement): Promise<void> {
    await this.#post('/sync/ack', acknowledgement)
  }

  /** The stream of frames. Without `held` it begins with a snapshot. */
  async stream(held: HeldVersion | undefined, instanceId: string, signal: AbortSignal): Promise<Readable> {
    const query = new URLSearchParams({ instance: instanceId })
    if (held) {
      query.set('lineage', held.lineage)
      query.set('epoch', String(held.version.epoch))
      query.set('revision', String(held.version.revision))
      query.set('hash', held.hash)
    }
    const headers = { 'accept-encoding': 'gzip' }
    const answer = await this.#request({ path: `/sync?${query}`, method: 'GET', headers, signal })
    if (answer.headers['content-encoding'] !== 'gzip') return answer.body
    const gunzip = createGunzip()
    answer.body.on('error', (error) => gunzip.destroy(error))
    gunzip.on('close', () => answer.body.destroy())
    return answer.body.pipe(gunzip)
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #post(path: string, value: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' }
    const { body } = await this.#request({ path, method: 'POST', headers, body: JSON.stringify(value) })
    const text = await body.text()
    return text === '' ? undefined : JSON.parse(text)
  }

  async #request(options: Omit<Dispatcher.RequestOptions, 'origin'>): Promise<Dispatcher.ResponseData> {
    const answer = await this.#agent.request({ ...options, origin: this.url })
    if (answer.statusCode < 300) return answer
    throw new ControlPlaneRefusal(answer.statusCode, options.path, await answer.body.text())
  }
}
