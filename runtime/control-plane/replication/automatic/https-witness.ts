import { Agent, buildConnector, request } from 'undici'
import type { WitnessSettings } from '../../../model/automatic-failover.ts'
import type { TaggedText, Witness } from './witness.ts'

/** Milliseconds that a call may take. */
const TIMEOUT = 5_000

export interface HttpsWitnessOptions {
  readonly settings: WitnessSettings
  /** This control plane's own identity, which it shows where it is asked for one. As it is at the time of a call. */
  readonly identity: () => { readonly cert: string; readonly key: string }
}

/**
 * Any HTTPS endpoint that keeps one object, names its content in a strong `ETag`, and honours `If-Match` and
 * `If-None-Match: *` on PUT with 412 where they do not hold.
 */
export class HttpsWitness implements Witness {
  readonly place: string
  readonly #authorization: string | undefined
  readonly #agent: Agent

  constructor({ settings, identity }: HttpsWitnessOptions) {
    this.place = settings.url
    this.#authorization = settings.token === null ? undefined : `Bearer ${settings.token}`
    const { ca } = settings
    const connect: buildConnector.connector = (to, callback) => {
      const { cert, key } = identity()
      buildConnector({ cert, key, ...(ca !== null && { ca }), timeout: TIMEOUT })(to, callback)
    }
    this.#agent = new Agent({ connect, keepAliveTimeout: 10_000 })
  }

  async read(): Promise<TaggedText | undefined> {
    const { status, etag, text } = await this.#call('GET', {})
    if (status === 404) return undefined
    if (status !== 200) throw new Error(`GET was answered with ${status}`)
    // A weak tag stands for contents that are alike, and If-Match holds for none of them.
    if (etag === undefined || etag.startsWith('W/')) throw new Error('GET was answered without a strong ETag')
    return { text, tag: etag }
  }

  async replace(text: string, before: string | undefined): Promise<boolean> {
    const condition = before === undefined ? { 'if-none-match': '*' } : { 'if-match': before }
    const { status } = await this.#call('PUT', { ...condition, 'content-type': 'application/json' }, text)
    if (status === 409 || status === 412) return false
    if (status < 200 || status > 299) throw new Error(`PUT was answered with ${status}`)
    return true
  }

  close(): void {
    void this.#agent.destroy()
  }

  async #call(method: 'GET' | 'PUT', headers: Readonly<Record<string, string>>, sent?: string) {
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(this.place, {
      method,
      dispatcher: this.#agent,
      // An answer that a cache kept is not what stands there.
      headers: {
        ...{ 'cache-control': 'no-cache', ...headers },
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
      },
      ...(sent !== undefined && { body: sent }),
      headersTimeout: TIMEOUT,
      bodyTimeout: TIMEOUT,
    })
    const { etag } = answered
    return { status: statusCode, etag: Array.isArray(etag) ? etag[0] : etag, text: await body.text() }
  }
}
