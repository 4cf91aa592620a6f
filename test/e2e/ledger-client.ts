import { randomBytes } from 'node:crypto'
import { Agent, request } from 'undici'

/** One write as an independent client saw it. Times are milliseconds since 1970. */
export interface LedgerEntry {
  readonly id: string
  readonly route: string
  readonly sent: number
  readonly ended: number
  /** `acknowledged`: a 2xx. `in-doubt`: a 504, or a broken connection. `refused`: anything else, which had no effect. */
  readonly outcome: 'acknowledged' | 'in-doubt' | 'refused'
  readonly region: string
  readonly status: number
  readonly epoch: number | null
  readonly revision: number | null
}

export interface LedgerRegion {
  readonly name: string
  readonly admin: string
  readonly adminKey: string | null
}

const CALL_TIMEOUT = 8_000
const PAUSE_AFTER_REFUSAL = 20
/** Between the writes of one writer: a busy team's rate, not as fast as a loop can turn. */
const PAUSE = 50

/**
 * A client that writes routes to whichever region takes them, and keeps its own account of what it was told. It knows
 * nothing of the product but the Admin API: where it writes follows from answers alone.
 */
export class LedgerClient {
  readonly entries: LedgerEntry[] = []
  readonly #regions: readonly LedgerRegion[]
  readonly #agent = new Agent({ connections: 128, connect: { timeout: 1_000 } })
  readonly #prefix: string
  #number = 0
  #running: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(regions: readonly LedgerRegion[], prefix: string) {
    this.#regions = regions
    this.#prefix = prefix
  }

  /** Starts as many writers as told, half of them beginning at each region. */
  start(writers: number): void {
    this.#stopped = false
    this.#running = Promise.all(Array.from({ length: writers }, (_, index) => this.#keepWriting(index)))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  /** Acknowledged writes that a region does not know, and those in doubt that it does. */
  async audit(region: LedgerRegion): Promise<{ missing: string[]; foundInDoubt: string[] }> {
    const missing: string[] = []
    const foundInDoubt: string[] = []
    const open = this.entries.filter(({ outcome }) => outcome !== 'refused')
    const workers = Array.from({ length: 16 }, async () => {
      for (let entry = open.pop(); entry; entry = open.pop()) {
        const known = await this.#knows(region, entry)
        if (entry.outcome === 'acknowledged' && !known) missing.push(entry.id)
        if (entry.outcome === 'in-doubt' && known) foundInDoubt.push(entry.id)
      }
    })
    await Promise.all(workers)
    return { missing, foundInDoubt }
  }

  async #keepWriting(index: number): Promise<void> {
    let at = index % this.#regions.length
    while (!this.#stopped) {
      const region = this.#regions[at]!
      const entry = await this.#write(region)
      this.entries.push(entry)
      if (entry.outcome === 'acknowledged') {
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
        continue
      }
      at = (at + 1) % this.#regions.length
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_REFUSAL))
    }
  }

  async #write(region: LedgerRegion): Promise<LedgerEntry> {
    this.#number += 1
    const id = uuidV7()
    const route = `${this.#prefix}-${this.#number}`
    const sent = Date.now()
    const entry = (outcome: LedgerEntry['outcome'], status: number, headers: Record<string, unknown> = {}) => ({
      ...{ id, route, sent, ended: Date.now(), outcome, region: region.name, status },
      epoch: headers['x-antipode-epoch'] ? Number(headers['x-antipode-epoch']) : null,
      revision: headers['x-antipode-revision'] ? Number(headers['x-antipode-revision']) : null,
    })
    try {
      const answer = await request(`${region.admin}/apisix/admin/routes/${route}`, {
        method: 'PUT',
        dispatcher: this.#agent,
        headers: { ...this.#headers(region), 'content-type': 'application/json', 'x-antipode-write': id },
        body: JSON.stringify({
          uri: `/ledger/${route}`,
          upstream: { type: 'roundrobin', nodes: { '127.0.0.1:9': 1 } },
        }),
        headersTimeout: CALL_TIMEOUT,
        bodyTimeout: CALL_TIMEOUT,
      })
      await answer.body.dump()
      if (answer.statusCode < 300) return entry('acknowledged', answer.statusCode, answer.headers)
      return entry(answer.statusCode === 504 ? 'in-doubt' : 'refused', answer.statusCode)
    } catch (error) {
      const code = (error as { code?: string }).code
      const neverSent = code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT'
      return entry(neverSent ? 'refused' : 'in-doubt', 0)
    }
  }

  async #knows(region: LedgerRegion, entry: LedgerEntry): Promise<boolean> {
    const answer = await request(`${region.admin}/antipode/writes/${entry.id}`, {
      dispatcher: this.#agent,
      headers: this.#headers(region),
    })
    await answer.body.dump()
    if (answer.statusCode !== 200) return false
    const route = await request(`${region.admin}/apisix/admin/routes/${entry.route}`, {
      dispatcher: this.#agent,
      headers: this.#headers(region),
    })
    await route.body.dump()
    return route.statusCode === 200
  }

  #headers(region: LedgerRegion): Record<string, string> {
    return region.adminKey ? { 'x-api-key': region.adminKey } : {}
  }
}

/** RFC 9562 section 5.7. */
function uuidV7(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
