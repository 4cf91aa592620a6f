import { setTimeout as sleep } from 'node:timers/promises'
import { newWriteId } from '../../runtime/model/write-id.ts'
import { type Path, type Problem, Refused, refused } from '../framework/problem.ts'
import type { Json, JsonObject } from '../framework/values.ts'
import { Connection, type ConnectionSettings, type Response, Unanswered } from './connection.ts'

export interface AdminClientSettings extends ConnectionSettings {
  /** The gateway group that calls are about. @default that of the token, or `default` */
  readonly gatewayGroup?: string | null
  /** Control planes of one configuration: any of them may turn out to be the one that writes. */
  readonly endpoints: readonly string[]
  /** How long a call is tried, from its first attempt, in milliseconds. */
  readonly timeout: number
}

/** Control planes of one configuration, as resources speak to them. */
export interface AdminApi {
  /**
   * Reads.
   *
   * @param path such as `/apisix/admin/routes/1`
   * @returns undefined where there is no such thing
   */
  get(path: string, signal: AbortSignal): Promise<Json | undefined>
  /** Reads at every control plane there is, once. What does not answer is told by why it does not. */
  each(path: string, signal: AbortSignal): Promise<readonly (Json | Refused)[]>
  /** Whether something is there that others may refer to. */
  has(path: string, signal: AbortSignal): Promise<boolean>
  /** Asks what changes nothing, such as whether a configuration would be accepted. */
  ask(path: string, body: JsonObject, signal: AbortSignal): Promise<Response>
  /**
   * Writes, at whoever may.
   *
   * @returns the answer of the control plane that took it, or that refused it for good
   */
  write(
    method: 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body: Json | undefined,
    stop: AbortSignal,
  ): Promise<Response>
  /** The same control planes, asked about another gateway group. */
  within(gatewayGroup: string): AdminApi
}

/** What clients of the same control planes have in common. */
interface Shared {
  readonly connection: Connection
  /** Where the last write was taken. */
  writer: URL
}

/** Codes of a control plane that may not, or cannot, take a write now. */
const ELSEWHERE = new Set([
  'ANTIPODE_FENCED',
  'ANTIPODE_STANDBY',
  'ANTIPODE_FROZEN',
  'ANTIPODE_DRAINING',
  'ANTIPODE_UNAVAILABLE',
])
const IN_DOUBT = 'ANTIPODE_IN_DOUBT'
/** Instead of an answer that got lost. */
const APPLIED: Response = { status: 200, headers: {}, body: {} }
/** For what is asked of every control plane, some of which may be gone. */
const ONE_ANSWER_MS = 5_000
const PAUSE_MS = 250
const LONGEST_PAUSE_MS = 3_000

/**
 * A client of the Admin API of one configuration, which several regions may hold and one of them writes.
 *
 * Reads go to whoever answers. A write goes to one control plane at a time: the one that took the last write, at first
 * the first endpoint. Where that one may not write it names who does, and is believed; where it does not know, or does not
 * answer, the endpoints are tried in turn. A write carries an id of its own. Whatever leaves it in doubt (no answer to what
 * may have arrived, or `ANTIPODE_IN_DOUBT`) is resolved by asking for that id, and repeated under the same id where nobody
 * knows it, so that it happens once wherever it happens.
 */
export class AdminClient implements AdminApi {
  readonly #settings: AdminClientSettings
  readonly #endpoints: readonly URL[]
  readonly #timeout: number
  readonly #shared: Shared

  /** @param shared of the client that this one is of another group of */
  constructor(settings: AdminClientSettings, shared?: Shared) {
    this.#settings = settings
    this.#endpoints = settings.endpoints.map((endpoint) => new URL(endpoint))
    this.#timeout = settings.timeout
    const [first] = this.#endpoints
    if (!first) throw new RangeError('a client needs an endpoint')
    this.#shared = shared ?? { connection: new Connection(settings), writer: first }
  }

  /** Over the same connections. */
  within(gatewayGroup: string): AdminClient {
    return new AdminClient({ ...this.#settings, gatewayGroup }, this.#shared)
  }

  async get(path: string, signal: AbortSignal): Promise<Json | undefined> {
    const response = await this.#ask('GET', path, undefined, signal)
    if (response.status === 404) return undefined
    if (response.status !== 200) throw refusal('GET', path, response)
    return response.body
  }

  async each(path: string, stop: AbortSignal): Promise<readonly (Json | Refused)[]> {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(Math.min(this.#timeout, ONE_ANSWER_MS))])
    return Promise.all(
      this.#endpoints.map(async (endpoint) => {
        const outcome = await this.#try({ method: 'GET', url: urlOf(endpoint, path), signal })
        if (!(outcome instanceof Unanswered))
          return outcome.status === 200 ? outcome.body : refusal('GET', path, outcome)
        return refused('A control plane does not answer', `${endpoint.href}: ${outcome.message}.`)
      }),
    )
  }

  async has(path: string, signal: AbortSignal): Promise<boolean> {
    return (await this.get(path, signal)) !== undefined
  }

  async ask(path: string, body: JsonObject, signal: AbortSignal): Promise<Response> {
    return this.#ask('POST', path, body, signal)
  }

  async write(
    method: 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body: Json | undefined,
    stop: AbortSignal,
  ): Promise<Response> {
    const id = newWriteId()
    const { signal, expired } = this.#limit(stop)
    let pause = PAUSE_MS
    let why = 'no answer'
    let inDoubt = false
    for (let turn = 0; ; turn++) {
      const at = this.#shared.writer
      const headers = { 'x-antipode-write': id }
      const outcome = await this.#try({
        method,
        url: urlOf(at, path),
        ...(body !== undefined && { body }),
        headers,
        signal,
      })
      if (outcome instanceof Unanswered) {
        inDoubt ||= outcome.mayHaveArrived
        if (expired()) throw this.#gaveUp(method, path, inDoubt ? id : undefined, why, stop)
        why = outcome.message
        if (outcome.mayHaveArrived && (await this.#isApplied(id, at, signal)) && method !== 'POST') return APPLIED
        this.#shared.writer = this.#next(at)
      } else {
        const { code, writer } = fieldsOf(outcome.body)
        why = messageOf(outcome)
        if (code === IN_DOUBT) {
          inDoubt = true
          if ((await this.#isApplied(id, at, signal)) && method !== 'POST') return APPLIED
        } else if (typeof code === 'string' && ELSEWHERE.has(code)) {
          this.#shared.writer = followed(writer, at) ?? this.#next(at)
        } else {
          return outcome
        }
        if (expired()) throw this.#gaveUp(method, path, inDoubt ? id : undefined, why, stop)
      }
      // Whoever was named is asked at once; only going round in circles takes its time.
      if (turn % Math.max(this.#endpoints.length, 2) !== 0 || this.#shared.writer.href === at.href) {
        await sleep(pause, undefined, { signal }).catch(() => undefined)
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      }
    }
  }

  /** Whatever does not answer is passed by. */
  async #ask(method: string, path: string, body: Json | undefined, stop: AbortSignal): Promise<Response> {
    const { signal, expired } = this.#limit(stop)
    let pause = PAUSE_MS
    let last = 'no answer'
    for (;;) {
      for (const endpoint of new Set([this.#shared.writer, ...this.#endpoints])) {
        const url = urlOf(endpoint, path)
        const outcome = await this.#try({ method, url, ...(body !== undefined && { body }), signal })
        if (!(outcome instanceof Unanswered) && outcome.status < 500) return outcome
        // That the time is up is no reason.
        if (!expired()) last = outcome instanceof Unanswered ? outcome.message : messageOf(outcome)
        // What a control plane does not survive is not asked of the next one too.
        if (!(outcome instanceof Unanswered) && outcome.status === 500) return outcome
      }
      if (expired()) throw this.#gaveUp(method, path, undefined, last, stop)
      await sleep(pause, undefined, { signal }).catch(() => undefined)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }

  /**
   * Whether a write has happened. Where nobody knows it, or only its answer is wanted, it may be repeated under its id: a
   * control plane that has it gives its answer once more, and changes nothing.
   */
  async #isApplied(id: string, at: URL, signal: AbortSignal): Promise<boolean> {
    for (const endpoint of new Set([at, ...this.#endpoints])) {
      const found = await this.#try({ method: 'GET', url: urlOf(endpoint, `/antipode/writes/${id}`), signal })
      if (!(found instanceof Unanswered) && found.status === 200) return true
    }
    return false
  }

  async #try(request: Parameters<Connection['send']>[0]): Promise<Response | Unanswered> {
    const { gatewayGroup = null } = this.#settings
    const headers = { ...(gatewayGroup !== null && { 'x-antipode-gateway-group': gatewayGroup }), ...request.headers }
    try {
      return await this.#shared.connection.send({ ...request, headers })
    } catch (error) {
      if (error instanceof Unanswered) return error
      throw error
    }
  }

  #next(after: URL): URL {
    const at = this.#endpoints.findIndex(({ href }) => href === after.href)
    return this.#endpoints[(at + 1) % this.#endpoints.length] ?? after
  }

  #limit(stop: AbortSignal) {
    const limit = AbortSignal.timeout(this.#timeout)
    return { signal: AbortSignal.any([stop, limit]), expired: () => stop.aborted || limit.aborted }
  }

  #gaveUp(method: string, path: string, inDoubt: string | undefined, why: string, stop: AbortSignal): Refused {
    const where = this.#endpoints.map(({ href }) => href).join(', ')
    const call = `${method} ${path}`
    const doubt = inDoubt ? ` Whether it was carried out is not known: ask GET /antipode/writes/${inDoubt}.` : ''
    const within = stop.aborted ? 'was not finished' : `was not answered within ${this.#timeout / 1000} s`
    const summary = stop.aborted ? 'Terraform was stopped' : 'The control plane cannot be reached'
    const problem: Problem = { severity: 'error', summary, detail: `${call} ${within} by ${where}: ${why}.${doubt}` }
    return inDoubt ? new InDoubt([problem]) : new Unreached([problem])
  }
}

/** Nobody knows whether a write was carried out. */
export class InDoubt extends Refused {}

/** Nobody answered in time. */
export class Unreached extends Refused {}

function urlOf(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.pathname.replace(/\/$/, '')}${path}`, endpoint)
}

/** Whoever is named as the writer; never from a protected connection to one that everybody can read. */
function followed(writer: Json | undefined, from: URL): URL | undefined {
  if (typeof writer !== 'string' || !URL.canParse(writer)) return undefined
  const named = new URL(writer)
  return from.protocol === 'https:' && named.protocol !== 'https:' ? undefined : named
}

function fieldsOf(body: Json): JsonObject {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject) : {}
}

/** What a control plane says of a call that it did not carry out. */
export function messageOf({ status, body }: Response): string {
  const { error_msg, message, description } = fieldsOf(body)
  const said = [error_msg ?? message, description].filter((part) => typeof part === 'string').join(': ')
  return said || `status ${status}`
}

/** @param at the attribute that it is about. @default the resource as a whole */
export function refusal(method: string, path: string, response: Response, at?: Path): Refused {
  const { status } = response
  const summary =
    status === 401 || status === 403 ? 'The control plane does not let this in' : 'The control plane refused'
  return refused(summary, `${messageOf(response)} (${method} ${path}, status ${status}).`, at)
}
