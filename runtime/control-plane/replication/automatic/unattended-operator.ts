import type { Logger } from 'pino'
import type { AutomaticFailoverSettings } from '../../../model/automatic-failover.ts'
import type { RegionChange } from '../../../model/region-state.ts'
import { nextEpoch } from '../../../model/version.ts'
import type { OrderedRegion } from '../region-orders.ts'
import { type Judgement, judgeStandby, judgeWriter } from './rules.ts'

const LOOK_EVERY = 100
/** A process that has not looked for so long was paused, and what it has not heard meanwhile proves nothing. */
const PAUSED = 1_000
/** A standby looks at its database every 50 ms. */
const DATABASE_SILENCE = 2_000
/** After an order that failed, and between two tries to give a claim back. */
const REST = 5_000

export interface UnattendedOperatorOptions {
  readonly settings: AutomaticFailoverSettings
  /** This region, while this control plane leads it; undefined while another does. */
  readonly region: () => OrderedRegion | undefined
  /** The newest epoch that the other region was heard to hold; 0 where nothing was heard. */
  readonly peerEpoch: () => number
  /** Gives an order to this region, as an operator does. @throws AntipodeError ANTIPODE_REFUSED */
  readonly order: (change: RegionChange) => Promise<unknown>
  readonly logger: Logger
}

/**
 * Gives the one order that an operator would give when the other region is gone: a standby takes over, a writer goes on
 * alone. What is ordered is carried out, or refused, as if a person had ordered it. A writer's claim at the witness
 * stands in for the hold that a person first puts on the standby.
 *
 * What its region has claimed there is given back once the other region confirms again.
 */
export class UnattendedOperator {
  /** Since the process started. */
  readonly counts = { failovers: 0, solos: 0 }
  readonly #options: UnattendedOperatorOptions
  readonly #timer: NodeJS.Timeout
  #lookedAt = performance.now()
  /** Since when it has looked without a pause. */
  #awakeSince = performance.now()
  #restsUntil = 0
  #settlesFrom = 0
  #complaint: string | undefined
  #busy = false
  /** The leadership, or the following, whose claims were last looked at. */
  #spell: object | undefined

  constructor(options: UnattendedOperatorOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY)
  }

  /** Whether it would act, and why it does not; undefined where the region is neither a standby nor a writer. */
  get judgement(): Judgement | undefined {
    const region = this.#options.region()
    return region && this.#judge(region)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    if (now - this.#lookedAt > PAUSED) this.#awakeSince = now
    this.#lookedAt = now
    const region = this.#options.region()
    const judgement = region && this.#judge(region)
    if (!judgement || this.#busy || now < this.#restsUntil) return
    if (judgement.acts) void this.#act(region, judgement.reason)
    else this.#settle(region, judgement.ready)
  }

  #judge(region: OrderedRegion): Judgement | undefined {
    const { follower, leadership } = region
    if (follower) return this.#judgeStandby(region)
    return leadership && this.#judgeWriter(region)
  }

  #judgeStandby({ settings, hold, promotionWait, follower }: OrderedRegion): Judgement {
    const now = performance.now()
    const { lookedAt, probedAt, confirmedAt, ...standing } = follower!.standing
    return judgeStandby(
      {
        ...standing,
        commit: settings.commit,
        held: hold.current !== null,
        databaseAnswers: now - lookedAt < DATABASE_SILENCE,
        unheard: probedAt === null ? null : now - Math.max(probedAt, this.#awakeSince),
        confirmedUntilThen:
          probedAt !== null &&
          confirmedAt !== null &&
          // A probe is answered at the next look, and six come in a lease.
          probedAt - confirmedAt < settings.leaseTtl,
        leaseLeft: promotionWait.remaining,
      },
      this.#options.settings.after * 1000,
    )
  }

  #judgeWriter({ witness, hold, leadership }: OrderedRegion): Judgement {
    const { solo, after } = this.#options.settings
    const { alone, draining, unconfirmed } = leadership!
    const awake = performance.now() - this.#awakeSince
    return judgeWriter(
      {
        ...{ solo, alone, draining, witnessed: witness !== null, held: hold.current !== null },
        unconfirmed: unconfirmed === null ? null : Math.min(unconfirmed, awake),
      },
      after * 1000,
    )
  }

  async #act(region: OrderedRegion, reason: string): Promise<void> {
    const { epoch: expectedEpoch, settings, follower, witness, lineage } = region
    const epoch = nextEpoch(Math.max(expectedEpoch, this.#options.peerEpoch()), settings.regionIndex)
    const change: RegionChange = follower ? { role: 'active', epoch, expectedEpoch } : { role: 'solo', expectedEpoch }
    const what = follower ? 'takes over by itself' : 'goes on alone by itself'
    this.#options.logger.warn({ reason, ...change }, what)
    const isDone = await this.#work(what, async () => {
      if (!follower) {
        await witness!.claim({ lineage: lineage!, region: settings.region, held: expectedEpoch, epoch: expectedEpoch })
      }
      await this.#options.order(change)
    })
    if (isDone) this.counts[follower ? 'failovers' : 'solos'] += 1
    else this.#restsUntil = performance.now() + REST
  }

  /** Only who is confirmed, or confirms, gives a claim back: nobody needs it then. */
  #settle(region: OrderedRegion, isReady: boolean): void {
    const { witness, follower, leadership, lineage, role, epoch, writer, settings } = region
    const spell = follower ?? leadership
    if (!witness || !spell || lineage === null || writer === null) return
    if (spell !== this.#spell) {
      this.#spell = spell
      witness.doubt()
    }
    const isConfirmed = follower ? isReady : role === 'active'
    if (!witness.unsettled || !isConfirmed || performance.now() < this.#settlesFrom) return
    this.#settlesFrom = performance.now() + REST
    void this.#work('gives its claim back', () =>
      witness.giveBack(settings.region, { lineage, epoch, writer }, () => spell.stillLeads()),
    )
  }

  /** @returns whether it was done */
  async #work(what: string, work: () => Promise<void>): Promise<boolean> {
    this.#busy = true
    try {
      await work()
      this.#complaint = undefined
      return true
    } catch (error) {
      const { message: reason } = error as Error
      if (reason !== this.#complaint) this.#options.logger.warn({ reason, what }, 'could not do this by itself')
      this.#complaint = reason
      return false
    } finally {
      this.#busy = false
    }
  }
}
