import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { checkControlPlane } from '../pki/identity.ts'

/** Where control planes hand reports on to one another, on the sync listener. */
export const RELAY_PATH = '/antipode/reports'

const CONNECT_TIMEOUT = 1_000
/** Less than a data plane waits for its answer. */
const ANSWER_TIMEOUT = 4_000

/** How another control plane answered. */
export interface RelayedAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

/** Hands reports on to the control plane that takes them in, as they came. */
export class ReportRelay {
  readonly #agent: Agent

  /** @param tls renewed in place */
  constructor(tls: { readonly cert: string; readonly key: string; readonly ca: string }) {
    const connect: buildConnector.connector = (to, callback) => {
      const { ca, cert, key } = tls
      const name = { ca, cert, key, minVersion: 'TLSv1.3', checkServerIdentity: checkControlPlane } as const
      buildConnector({ ...name, timeout: CONNECT_TIMEOUT })(to, callback)
    }
    this.#agent = new Agent({ connect, keepAliveTimeout: 10_000 })
  }

  /**
   * @param origin `https://host:port` of another control plane's sync listener
   * @param report a gzip member
   * @throws where it cannot be reached
   */
  async handOn(origin: string, group: string, report: Buffer): Promise<RelayedAnswer> {
    const options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'> = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'x-antipode-group': Buffer.from(group).toString('base64url'),
      },
      body: report,
      headersTimeout: ANSWER_TIMEOUT,
      bodyTimeout: ANSWER_TIMEOUT,
    }
    const { statusCode, headers, body } = await request(origin + RELAY_PATH, { ...options, dispatcher: this.#agent })
    const retryAfter = headers['retry-after']
    return {
      status: statusCode,
      retryAfter: retryAfter === undefined ? undefined : String(retryAfter),
      body: await body.text(),
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}
