import { randomUUID } from 'node:crypto'
import { monotonicNow } from '../measure/monotonic.ts'
import type { Call, CallOutcome } from '../measure/observations.ts'
import type { CallTemplate, Cohort } from '../spec/drill-spec.ts'
import { CachingResolver } from './caching-resolver.ts'
import { callHttp, type HttpAnswer } from './http-call.ts'
import { KeptConnections } from './kept-connections.ts'
import { type GatewayAddress, gatewaysOf, type VantageOrder } from './vantage-messages.ts'

/** Tells the upstream which call it serves, so that one served twice is noticed. */
export const CALL_HEADER = 'x-antipode-call'

/** The callers of one cohort at one vantage point: resolves, connects and calls as that cohort does. */
export class Caller {
  readonly #order: VantageOrder
  readonly #cohort: Cohort
  readonly #resolver: CachingResolver
  readonly #kept: KeptConnections | undefined

  constructor(order: VantageOrder, cohort: Cohort, onAnswer: (address: string | null, at: number) => void) {
    this.#order = order
    this.#cohort = cohort
    this.#resolver = new CachingResolver(order.dns, order.host, onAnswer, order.nearest, ageOfCache(order, cohort))
    const secure = order.deployed !== undefined
    this.#kept = cohort.kind === 'kept' ? new KeptConnections(this.#resolver, order.clientTail, secure) : undefined
  }

  /** Sends one call now that was due at `scheduled`; resolves when it has ended, however it ended. */
  async call(template: CallTemplate, number: number, scheduled: number): Promise<Call> {
    const sent = monotonicNow()
    const unsent = (outcome: CallOutcome): Call => this.#record(scheduled, sent, null, null, outcome)
    if (this.#kept === undefined) {
      const address = await this.#resolver.address()
      if (address === null) return unsent('unresolved')
      const answer = await callHttp(this.#request(template, number, address, sent))
      return this.#record(scheduled, sent, address, answer, this.#outcomeOf(answer))
    }
    const connection = await this.#kept.connection()
    if (connection === 'paused') return unsent('backoff')
    if (connection === 'unresolved') return unsent('unresolved')
    const { agent, address, generation } = connection
    const answer = await callHttp({ ...this.#request(template, number, address, sent), agent })
    if (answer.failure === null) this.#kept.worked(generation)
    else this.#kept.broke(generation)
    return this.#record(scheduled, sent, address, answer, this.#outcomeOf(answer))
  }

  close(): void {
    this.#kept?.close()
  }

  #request(template: CallTemplate, number: number, address: string, sent: number) {
    const { host, timeout, vantage, deployed } = this.#order
    const body = ['POST', 'PUT', 'PATCH'].includes(template.method) ? '{}' : undefined
    return {
      address,
      port: this.#gatewayAt(address)?.gatewayPort ?? (deployed ? 443 : 80),
      method: template.method,
      path: template.path,
      headers: {
        host,
        [CALL_HEADER]: `${vantage}-${number}`,
        ...(template.idempotent ? { 'idempotency-key': randomUUID() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) }),
      },
      ...(body === undefined ? {} : { body }),
      timeout: timeout - (monotonicNow() - sent),
      ...(deployed && { provenAs: host }),
    }
  }

  #gatewayAt(address: string | null): GatewayAddress | undefined {
    return gatewaysOf(this.#order).find((gateway) => gateway.address === address)
  }

  /** The drill's own upstream says 200, and nothing else; a real one may say many things that are no failure. */
  #outcomeOf({ failure, status }: HttpAnswer): CallOutcome {
    const served = this.#order.deployed ? status >= 200 && status < 400 : status === 200
    return failure ?? (served ? 'ok' : 'status')
  }

  #record(
    scheduled: number,
    sent: number,
    address: string | null,
    answer: HttpAnswer | null,
    outcome: CallOutcome,
  ): Call {
    const header = answer?.headers['x-antipode-region']
    return {
      vantage: this.#order.vantage,
      cohort: this.#cohort.name,
      scheduled,
      sent,
      ended: answer?.ended ?? monotonicNow(),
      dialled: this.#gatewayAt(address)?.name ?? null,
      answered: typeof header === 'string' ? header : null,
      status: answer?.status ?? 0,
      outcome,
    }
  }
}

/**
 * Caches of callers everywhere were filled at all times, so those of a drill run out evenly over the TTL. Filled at one
 * moment they would tell of luck: one fault finds all about to run out, another finds all fresh.
 */
function ageOfCache({ place, cohorts }: VantageOrder, cohort: Cohort): number {
  return (place.index + cohorts.indexOf(cohort) / cohorts.length) / place.of
}
