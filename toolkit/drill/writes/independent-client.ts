import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNow } from '../measure/monotonic.ts'
import type { Write, WriteOutcome } from '../measure/observations.ts'
import type { HttpAnswer } from '../traffic/http-call.ts'
import { type AdminRegion, bodyOf, callAdmin, findWriter, namedWriter } from './admin-region.ts'
import { answering, DRILL_LABELS, describedRoute, WRITES, writeUri } from './editions.ts'
import { uuidV7 } from './uuid-v7.ts'
import type { WriteLedger } from './write-ledger.ts'

/**
 * What a numbered write publishes: the gateway itself answers it, so that each can be asked for.
 *
 * @param described it is part of what an operator's files describe
 */
export function numberedRoute(number: number, described = false): { path: string; uri: string; body: object } {
  const uri = writeUri(number)
  const name = `antipode-drill-write-${number}`
  const answer = String(number)
  const body = described
    ? describedRoute(name, uri, answer, WRITES, DRILL_LABELS)
    : { name, uri, plugins: answering(answer) }
  return { path: `/apisix/admin/routes/${name}`, uri, body }
}

/**
 * A client of the Admin API that trusts nobody: it publishes numbered routes, follows the `writer` that a refusal names,
 * resolves every unclear answer by asking for the write's id, and keeps its own ledger.
 */
export class IndependentClient {
  readonly #regions: readonly AdminRegion[]
  readonly #ledger: WriteLedger
  readonly #ended: (write: Write) => void
  readonly #described: boolean
  #target: AdminRegion
  /** Writes without a final answer: being sent, or in doubt. */
  #open = 0

  /** @param described its routes are part of what an operator's files describe */
  constructor(
    regions: readonly AdminRegion[],
    first: string,
    ledger: WriteLedger,
    ended: (write: Write) => void,
    described = false,
  ) {
    this.#regions = regions
    this.#described = described
    this.#target = regions.find(({ name }) => name === first) ?? regions[0]!
    this.#ledger = ledger
    this.#ended = ended
  }

  get open(): number {
    return this.#open
  }

  /** A write for the region that is believed to be the writer. */
  write(number: number): Promise<void> {
    return this.#write(number, this.#target, false)
  }

  /** A write for a region that is not, which ought to refuse it. */
  async challenge(number: number): Promise<void> {
    const others = this.#regions.filter((region) => region !== this.#target)
    const region = others[number % others.length]
    if (region !== undefined) await this.#write(number, region, true)
  }

  async #write(number: number, first: AdminRegion, challenge: boolean): Promise<void> {
    const id = uuidV7()
    const sent = monotonicNow()
    const route = numberedRoute(number, this.#described)
    this.#open++
    this.#ledger.sent(id, number, first.name, sent)
    let region = first
    let answer = await callAdmin(region, 'PUT', route.path, { body: route.body, write: id })
    if (answer.status === 503 && !challenge) {
      const writer = namedWriter(answer, this.#regions)
      // A 503 had no effect, so the same write may go to the region it names.
      if (writer !== undefined && writer !== region) {
        region = this.#target = writer
        answer = await callAdmin(region, 'PUT', route.path, { body: route.body, write: id })
      } else if (writer === undefined) this.#tryAnother(region)
    }
    if (answer.failure === 'refused' && !challenge) this.#tryAnother(region)
    const unclear = answer.status === 504 || answer.failure === 'reset' || answer.failure === 'timeout'
    if (unclear && !challenge) this.#tryAnother(region)
    const resolved = unclear ? await this.#resolve(id) : { outcome: outcomeOf(answer), region, answer }
    const write = record(
      id,
      number,
      sent,
      resolved.region ?? region,
      resolved.outcome,
      unclear,
      resolved.answer ?? answer,
      challenge,
    )
    this.#ledger.ended(write)
    this.#open--
    this.#ended(write)
  }

  #tryAnother(failed: AdminRegion): void {
    if (this.#target !== failed) return
    const next = (this.#regions.indexOf(failed) + 1) % this.#regions.length
    this.#target = this.#regions[next]!
  }

  /** Only a region that may write can say that a write does not exist: what it does not have never will be. */
  async #resolve(id: string): Promise<{ outcome: WriteOutcome; region: AdminRegion; answer: HttpAnswer }> {
    for (;;) {
      const writer = await findWriter(this.#regions)
      if (writer !== undefined) {
        const answer = await callAdmin(writer, 'GET', `/antipode/writes/${id}`, { timeout: 2_000 })
        if (answer.status === 200) return { outcome: 'found', region: writer, answer }
        if (answer.status === 404 && (await findWriter(this.#regions)) === writer) {
          return { outcome: 'absent', region: writer, answer }
        }
      }
      await sleep(250)
    }
  }
}

function outcomeOf(answer: HttpAnswer): WriteOutcome {
  return answer.status >= 200 && answer.status < 300 ? 'acknowledged' : 'refused'
}

function record(
  id: string,
  number: number,
  sent: number,
  region: AdminRegion,
  outcome: WriteOutcome,
  doubted: boolean,
  answer: HttpAnswer,
  challenge: boolean,
): Write {
  const body = bodyOf(answer)
  const version = (body.version ?? {}) as { epoch?: number; revision?: number }
  const { update_time: stamped } = (body.value ?? {}) as { update_time?: number }
  const numeric = (value: unknown): number | null => (value === undefined ? null : Number(value))
  return {
    id,
    number,
    region: region.name,
    sent,
    ended: answer.ended,
    outcome,
    doubted,
    epoch: numeric(answer.headers['x-antipode-epoch'] ?? version.epoch),
    revision: numeric(answer.headers['x-antipode-revision'] ?? version.revision),
    status: answer.status,
    code: typeof body.code === 'string' ? body.code : null,
    challenge,
    clock: typeof stamped === 'number' ? stamped * 1_000 - Date.now() : null,
  }
}
