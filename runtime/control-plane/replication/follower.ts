import { AntipodeError } from '../../model/errors.ts'
import { NO_VERSION, type Version } from '../../model/version.ts'
import type { Connection } from '../database/connection.ts'
import type { Replica } from '../database/replica.ts'
import type { Configuration } from '../store/configuration.ts'
import {
  loadConfiguration,
  type RevisionRow,
  readChanges,
  readNewestRevision,
  readState,
} from '../store/database-reader.ts'
import type { ProbeMessage, StateMessage } from './peer-messages.ts'
import type { Mandate, RegionContext } from './region-context.ts'

/** How often the replica is looked at while clients wait at the writer, and while none does. */
const LOOK_WHEN_OUTSTANDING = 1
const LOOK_WHEN_IDLE = 50
/** A beat that the writer has committed must show here within this, or the replica stands still. */
const BEAT_OVERDUE = 2_000

/** What an operator orders a standby to do. */
export interface Promotion extends Mandate {
  readonly writerEnded: boolean
  readonly allowDataLoss: boolean
}

/** What a follower has seen, for whoever decides whether it is to take over. Times are of the monotonic clock. */
export interface Standing {
  /** When its database was last asked, and answered. */
  readonly lookedAt: number
  readonly mayPromote: boolean
  readonly streamed: boolean
  /** When the writer's last probe came; null: none has come. */
  readonly probedAt: number | null
  /** When it last confirmed; null: it has not. */
  readonly confirmedAt: number | null
  readonly holdsConfirmed: boolean
  readonly writerHandsOver: boolean
  readonly writerIsAlone: boolean
}

/**
 * One spell of leading a region whose database follows another.
 *
 * It looks at the newest revision row of its own replica, shows and publishes what is new, and tells the writer what it
 * sees: at once when it is new, and at the next look after every probe. It stops confirming while the writer's heartbeat does
 * not arrive through the replica, and for good once a promotion is decided. Then it waits until any lease it renewed
 * must be over, and promotes.
 */
export class Follower {
  readonly #context: RegionContext
  readonly #connection: Connection
  readonly #replica: Replica
  readonly #overdue: { readonly beat: number; readonly since: number }[] = []
  #configuration: Configuration | undefined
  #shown: Version = NO_VERSION
  #newest: RevisionRow | null = null
  #beat = 0
  #probe: ProbeMessage | undefined
  #epoch = 0
  /** The replica itself says that its writer writes alone, which no probe may have said yet. */
  #recordedSolo = false
  /** A probe has come since the last look. */
  #owed = false
  #decided = false
  #streamed = false
  #mayPromote = false
  #lookedAt = Number.NEGATIVE_INFINITY
  #probedAt: number | null = null
  #confirmed: { readonly revision: number; readonly at: number } | undefined
  #writerDrains = false
  /** It has said that it drains, and has not accepted a write since. */
  #writerHandsOver = false
  #promotion: PromiseWithResolvers<void> | undefined
  #wake: () => void = () => {}

  constructor(context: RegionContext, connection: Connection, replica: Replica) {
    this.#context = context
    this.#connection = connection
    this.#replica = replica
  }

  /** The newest version whose writes the writer says it has answered. */
  get answered(): Version | null {
    return this.#probe?.answered ?? null
  }

  /** The writer says that it waits for no confirmation, so that what it has answered may not be here. */
  get writerIsAlone(): boolean {
    return this.#probe?.solo === true
  }

  /** A promotion is decided, and nothing is confirmed any more. */
  get takesOver(): boolean {
    return this.#decided
  }

  /** Its database answers on the connection that holds the leader's lock. @throws where that is lost */
  async stillLeads(): Promise<boolean> {
    await this.#connection.client.query('SELECT')
    return !this.#decided
  }

  get standing(): Standing {
    const newest = this.#newest?.revision ?? 0
    return {
      lookedAt: this.#lookedAt,
      mayPromote: this.#mayPromote,
      streamed: this.#streamed,
      probedAt: this.#probedAt,
      confirmedAt: this.#confirmed?.at ?? null,
      holdsConfirmed: this.#confirmed !== undefined && newest >= this.#confirmed.revision,
      writerHandsOver: this.#writerHandsOver,
      writerIsAlone: this.writerIsAlone || this.#recordedSolo,
    }
  }

  /** Follows until the database follows no more, or `signal` ends it, or the connection is lost. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#context.keyring.learn(this.#connection.client)
      this.#mayPromote = await this.#replica.mayPromote()
      this.#context.setRole('standby', 'follows its writer')
      await this.#follow(signal)
      this.#promotion?.resolve()
    } catch (error) {
      this.#promotion?.reject(error)
      throw error
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let detailsDue = 0
    while (!signal.aborted) {
      if (this.#promotion || performance.now() >= detailsDue) {
        if (!(await this.#readDetails())) return
        detailsDue = performance.now() + LOOK_WHEN_IDLE
      }
      // What is waited for comes in a row: after news the next may be here already.
      if (await this.#look()) continue
      const often = this.#promotion || this.#probe?.outstanding
      await this.#pause(often ? LOOK_WHEN_OUTSTANDING : LOOK_WHEN_IDLE)
    }
    throw new Error('asked to begin again')
  }

  onProbe(probe: ProbeMessage): void {
    const woken = probe.outstanding && !this.#probe?.outstanding
    // The writer waits for us again, so whatever it wrote alone has arrived here.
    if (this.#probe?.solo && !probe.solo) this.#context.endHold()
    this.#probe = probe
    this.#probedAt = performance.now()
    if (!this.#writerDrains) this.#writerHandsOver = false
    if (probe.beat > this.#beat) this.#overdue.push({ beat: probe.beat, since: performance.now() })
    this.#owed = true
    if (woken) this.#wake()
  }

  /** The writer says what it is. One that drains sends no probes once all it accepted is confirmed. */
  onState({ role }: StateMessage): void {
    this.#writerDrains = role === 'draining'
    this.#writerHandsOver ||= this.#writerDrains
  }

  /**
   * Takes over: decides, waits the lease out, promotes the database. Setting the epoch is the first transaction of the
   * leadership that follows.
   *
   * @param claim asks whoever else must agree, once nothing is confirmed any more
   * @throws AntipodeError ANTIPODE_REFUSED where data might be lost and `allowDataLoss` was not given
   */
  async promote(order: Promotion, claim: () => Promise<void> = async () => {}): Promise<void> {
    const { settings, promotionWait, logger } = this.#context
    const refuse = (reason: string) =>
      new AntipodeError('ANTIPODE_REFUSED', { reason: `${settings.region}: ${reason}` })
    // What its writer has recorded last, such as that it writes alone no more, may have come since the last look.
    await this.#readDetails()
    const isWhole = await this.#replica.isWhole()
    if (this.#decided) throw refuse('it takes over already')
    if (this.#epoch !== order.expectedEpoch) throw refuse(`it holds epoch ${this.#epoch}, not ${order.expectedEpoch}`)
    if (!this.#streamed && !order.allowDataLoss) {
      throw refuse('its database has not streamed since its control plane started; allowDataLoss overrides')
    }
    if (!isWhole && !order.allowDataLoss) {
      throw refuse('its database is still being copied; allowDataLoss overrides')
    }
    if ((this.writerIsAlone || this.#recordedSolo) && !order.allowDataLoss) {
      throw refuse('its writer writes alone, and may have acknowledged what is not here; allowDataLoss overrides')
    }
    this.#decided = true
    try {
      await claim()
      const wait = order.writerEnded ? 0 : promotionWait.remaining
      logger.info({ wait, epoch: order.epoch }, 'promotion decided')
      await new Promise((resolve) => setTimeout(resolve, wait))
      this.#promotion = Promise.withResolvers()
      this.#promotion.promise.catch(() => {})
      await this.#replica.promote()
      this.#wake()
      // Recovery ends by itself shortly, which `run` sees; waiting inside the server would look like a lost query.
      await this.#promotion.promise
    } catch (error) {
      this.#promotion = undefined
      this.#decided = false
      throw error
    }
  }

  /** @returns whether there was something new */
  async #look(): Promise<boolean> {
    if (this.#epoch === 0) return false
    const { client } = this.#connection
    const [probe, owed] = [this.#probe, this.#owed]
    this.#owed = false
    const newest = await readNewestRevision(client)
    // Asked after the row was seen: what is whole stays so, and what came before the row is then here.
    const news = newest !== null && newest.nonce !== this.#newest?.nonce && (await this.#replica.isWhole())
    if (news) this.#newest = newest
    // Only straight after a look, and only the probe that came before it: whoever was paused meanwhile, and has lost the
    // leader's lock with its database, would else renew the writer's lease beside its successor's promotion.
    if (news || owed) this.#confirm(probe)
    if (news) await this.#advance(newest)
    return news
  }

  async #advance(newest: RevisionRow): Promise<void> {
    const { client } = this.#connection
    const { keyring } = this.#context
    const changes = this.#configuration ? await readChanges(client, this.#shown, newest.revision, keyring) : null
    if (this.#configuration && changes) {
      for (const change of changes) this.#configuration.apply(change)
      this.#shown = newest
      this.#context.advance({ version: { epoch: newest.epoch, revision: newest.revision }, changes })
      return
    }
    const loaded = await loadConfiguration(client, keyring)
    this.#configuration = loaded.configuration
    this.#shown = loaded.newest ?? NO_VERSION
    this.#context.show(loaded.configuration, { epoch: this.#shown.epoch, revision: this.#shown.revision })
  }

  #confirm(probe: ProbeMessage | undefined): void {
    const { link, promotionWait } = this.#context
    if (!link || !this.#newest || !probe || this.#decided || this.#standsStill()) return
    const sent = link.send({ kind: 'confirmation', ...this.#newest, probe: probe.probe })
    if (!sent) return
    promotionWait.confirmationSent()
    this.#confirmed = { revision: this.#newest.revision, at: performance.now() }
  }

  #standsStill(): boolean {
    while (this.#overdue[0] && this.#overdue[0].beat <= this.#beat) this.#overdue.shift()
    const oldest = this.#overdue[0]
    return oldest !== undefined && performance.now() - oldest.since > BEAT_OVERDUE
  }

  /** @returns false once the database follows no more */
  async #readDetails(): Promise<boolean> {
    const { client } = this.#connection
    const details = await this.#replica.details()
    this.#lookedAt = performance.now()
    if (!details) return false
    const { lsn, behind, streaming, systemIdentifier } = details
    const state = await readState(client)
    this.#streamed ||= streaming
    let lag = 0
    if (state) {
      this.#epoch = state.epoch
      this.#recordedSolo = state.solo
      this.#context.setHistory(state)
      const beat = await client.query({ name: 'read-beat', text: READ_BEAT })
      this.#beat = Number(beat.rows[0].beat)
      lag = Number(beat.rows[0].age)
    }
    this.#context.setDatabase({
      reachable: true,
      inRecovery: true,
      ...{ lsn, streaming, systemIdentifier },
      lag: { bytes: behind, seconds: lag },
    })
    return true
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const READ_BEAT = `
SELECT beat, greatest(0, extract(epoch FROM clock_timestamp() - at)) AS age FROM antipode.heartbeat`
