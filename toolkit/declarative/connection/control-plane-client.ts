import { Agent, type Dispatcher, request } from 'undici'
import { AntipodeError } from '../../../runtime/model/errors.ts'

/** TLS material as text; absent fields mean the system's authorities and no certificate of our own. */
export interface ClientTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly skipVerify?: boolean
}

export interface ClientOptions {
  /** Base URL of the Admin API. */
  readonly server: string
  readonly token?: string | undefined
  /** Milliseconds a call may take. */
  readonly timeout: number
  readonly tls?: ClientTls
  readonly signal?: AbortSignal
  /** One line for every call. */
  readonly trace?: (line: string) => void
}

export interface AdminResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown
}

/** Calls an Admin API over connections that are kept open. */
export class ControlPlaneClient {
  readonly server: string
  readonly #options: ClientOptions
  readonly #agent: Agent
  #group: string | undefined

  constructor(options: ClientOptions) {
    this.server = options.server.replace(/\/+$/, '')
    this.#options = options
    const { ca, cert, key, skipVerify } = options.tls ?? {}
    this.#agent = new Agent({
      connections: 64,
      headersTimeout: options.timeout,
      bodyTimeout: options.timeout,
      connect: {
        timeout: options.timeout,
        ...(ca ? { ca } : {}),
        ...(cert ? { cert } : {}),
        ...(key ? { key } : {}),
        ...(skipVerify ? { rejectUnauthorized: false } : {}),
      },
    })
  }

  /** Whether the key is one of a gateway group, which knows its group by itself. */
  get hasGroupKey(): boolean {
    return this.#options.token?.startsWith('a7adm-') ?? false
  }

  /** Every call from now on is about this gateway group, in whatever form the backend speaks. */
  useGroup(id: string | undefined): void {
    this.#group = id
  }

  /**
   * @returns whatever the server answers
   * @throws AntipodeError CONTROL_PLANE_UNREACHABLE when it answers nothing
   */
  async call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<AdminResponse> {
    const { token, signal, trace } = this.#options
    const began = performance.now()
    try {
      const response = await request(`${this.server}${path}`, {
        method,
        dispatcher: this.#agent,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(token ? { 'x-api-key': token } : {}),
          ...(this.#group === undefined ? {} : { [GROUP_HEADER]: this.#group }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      })
      const text = await response.body.text()
      const took = Math.round(performance.now() - began)
      trace?.(`${method} ${this.server}${path} → ${response.statusCode} (${took} ms)`)
      if (this.#group !== undefined) demandGroup(this.#group, response)
      return { status: response.statusCode, headers: response.headers, body: parsed(text) }
    } catch (cause) {
      if (cause instanceof AntipodeError) throw cause
      const reason = reasonOf(cause)
      trace?.(`${method} ${this.server}${path} → ${reason}`)
      throw new AntipodeError('CONTROL_PLANE_UNREACHABLE', { server: this.server, reason }, { cause })
    }
  }

  /** A call that must succeed. @throws AntipodeError CONTROL_PLANE_REFUSED with what the server says */
  async expect(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<AdminResponse> {
    const response = await this.call(method, path, body)
    if (response.status < 300) return response
    throw refusal(`${method} ${path.replace(/\?.*$/, '')}`, response)
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }
}

/** Names the gateway group where the call keeps APISIX's form, and comes back in the answer. */
const GROUP_HEADER = 'x-antipode-gateway-group'

/** A server that knows of no groups, such as APISIX, would take every call as meant for the one that it has. */
function demandGroup(group: string, { headers, statusCode }: Dispatcher.ResponseData): void {
  if (headers[GROUP_HEADER] === group || statusCode >= 400) return
  const reason = `the server does not say that it answers for gateway group ${group}`
  throw new AntipodeError('CONTROL_PLANE_REFUSED', { call: 'any', reason })
}

/** What a server said no with, as ADC prints it: the body's `error_msg`, or else the whole of it. */
export function refusal(call: string, { status, body }: AdminResponse): AntipodeError {
  const message = (body as { error_msg?: unknown } | null)?.error_msg
  const description = (body as { description?: unknown } | null)?.description
  const raw = typeof body === 'string' ? body : JSON.stringify(body)
  const reason = typeof message !== 'string' ? raw : description ? `${message}: ${description}` : message
  return new AntipodeError('CONTROL_PLANE_REFUSED', { call, answered: status, reason: reason || `status ${status}` })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The innermost reason that says something; connecting to several addresses fails with a list of them. */
function reasonOf(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] }
  if (errors?.length) return reasonOf(errors[0])
  if (code?.startsWith('UND_ERR_') && /TIMEOUT/.test(code)) return 'it does not answer in time'
  return message || code || String(error)
}
