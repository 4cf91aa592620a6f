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
import type { Enrolment } from './enrolment.ts'
import { controlPlaneTrustDomain } from './frame-verifier.ts'
import type { Introduction } from './instance-identity.ts'

const CONNECT_TIMEOUT = 3_000
const ANSWER_TIMEOUT = 5_000

/** A control plane answered, but not with what was asked for. */
export class ControlPlaneRefusal extends Error {
  override readonly name = 'ControlPlaneRefusal'
  readonly status: number
  /** Of the table of errors, where it names one. */
  readonly code: string | undefined
  /** In the control plane's words. */
  readonly reason: string
  /** Seconds after which to try again, where it says so. */
  readonly retryAfter: number | undefined

  constructor(status: number, path: string, body: string, retryAfter?: number) {
    super(`${path} answered ${status}: ${body.slice(0, 300)}`)
    const { code, error_msg: reason } = parse(body)
    this.status = status
    this.code = code
    this.reason = reason ?? body.slice(0, 300)
    this.retryAfter = retryAfter
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
  /** A certificate, or the token that does in its place when registering. */
  readonly introduction: Introduction
  /** Whom to trust. */
  readonly enrolment: Pick<Enrolment, 'anchors' | 'refusalOf'>
  /** Milliseconds without a byte after which the control plane counts as gone. */
  readonly silence: number
}

/**
 * The calls of the sync protocol, over mutual TLS, to one control plane as one identity: over one connection, or two
 * to a control plane of a release that does not speak HTTP/2.
 */
export class ControlPlaneConnection {
  readonly url: string
  readonly #agent: Agent
  readonly #authorization: { authorization?: string }

  constructor({ url, introduction, enrolment, silence }: ConnectionOptions) {
    this.url = url
    const withToken = 'token' in introduction
    this.#authorization = withToken ? { authorization: `Bearer ${introduction.token}` } : {}
    this.#agent = new Agent({
      allowH2: true,
      headersTimeout: ANSWER_TIMEOUT,
      bodyTimeout: silence,
      connectTimeout: CONNECT_TIMEOUT,
      connect: {
        ca: enrolment.anchors,
        ...(withToken ? {} : { cert: introduction.certificate, key: introduction.key }),
        minVersion: 'TLSv1.3',
        checkServerIdentity: (_host: string, certificate: PeerCertificate) => {
          const { subjectaltname, serialNumber } = certificate
          const refusal = enrolment.refusalOf(controlPlaneTrustDomain(subjectaltname), serialNumber)
          return refusal === undefined
            ? undefined
            : new Error(`the server is not to be trusted: ${refusal}; its certificate names ${subjectaltname}`)
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

  /** @param report a gzip member */
  async report(report: Buffer): Promise<void> {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const { body } = await this.#request({ path: '/reports', method: 'POST', headers, body: report })
    await body.dump()
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
    const headers = { 'content-type': 'application/json', ...this.#authorization }
    const { body } = await this.#request({ path, method: 'POST', headers, body: JSON.stringify(value) })
    const text = await body.text()
    return text === '' ? undefined : JSON.parse(text)
  }

  async #request(options: Omit<Dispatcher.RequestOptions, 'origin'>): Promise<Dispatcher.ResponseData> {
    const answer = await this.#agent.request({ ...options, origin: this.url })
    if (answer.statusCode < 300) return answer
    const seconds = Number(answer.headers['retry-after'])
    const retryAfter = seconds > 0 ? seconds : undefined
    throw new ControlPlaneRefusal(answer.statusCode, options.path, await answer.body.text(), retryAfter)
  }
}

function parse(body: string): { code?: string; error_msg?: string } {
  try {
    return (JSON.parse(body) as object | null) ?? {}
  } catch {
    return {}
  }
}
