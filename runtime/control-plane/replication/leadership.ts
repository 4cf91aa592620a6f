import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import { AntipodeError } from '../../model/errors.ts'
import { nextEpoch, type Version } from '../../model/version.ts'
import { bringSchemaUpToDate } from '../database/bring-schema-up-to-date.ts'
import type { Connection } from '../database/connection.ts'
import { LOCKS } from '../database/migrations.ts'
import { ReEncryption } from '../keyring/re-encryption.ts'
import { Compaction } from '../store/compaction.ts'
import type { Configuration } from '../store/configuration.ts'
import {
  bringForward,
  type DatabaseState,
  type LoadedConfiguration,
  readNewestRevision,
  readState,
} from '../store/database-reader.ts'
import { EXPIRY_LOOK_EVERY, Expiry } from '../store/expiry.ts'
import { Sequencer } from '../store/sequencer.ts'
import type { ConfirmationMessage, StateMessage } from './peer-messages.ts'
import type { Mandate, RegionContext } from './region-context.ts'

const BEAT_EVERY = 1_000
const PROBES_PER_LEASE = 6
const ASK_AGAIN = 100

/** Two connections of one leader; it ends when either does. `batches` holds the leader's lock already. */
export interface LeaderConnections {
  readonly batches: Connection
  readonly aside: Connection
}

/**
 * One term of leading a region whose database can be written.
 *
 * It begins once the leader's lock is held, and waits (`fenced`) until the peer has said which epoch it knows, unless an
 * operator's mandate or a persisted `solo` settles that. Taking the term excludes every transaction of an earlier
 * leader. The first revision is an empty one with a nonce of its own: until the peer confirms it, or it is committed
 * where nobody is asked, the region is `frozen`; from then on it is `active`, or `solo` where it was told to write alone.
 * It ends with its connection, with a higher epoch, or with draining.
 */
export class Leadership {
  readonly #context: RegionContext
  /** For everything but batches: a query on their connection would become part of a batch's transaction. */
  readonly #aside: Connection
  readonly sequencer: Sequencer
  readonly epoch: number
  readonly #term: number
  #solo: boolean
  #draining = false
  #beat = 0
  #answered: Version | null = null
  #settled = false
  /** When the lease was last seen to be held. */
  #heldAt = performance.now()
  #ended: (error: Error) => void = () => {}
  readonly ended: Promise<never>
  readonly #timers: NodeJS.Timeout[] = []
  readonly #compaction: Compaction | undefined
  readonly #reEncryption: ReEncryption

  static async begin(
    context: RegionContext,
    connections: LeaderConnections,
    mandate: () => Mandate | undefined,
    shown: { readonly configuration: Configuration; readonly version: Version } | null,
    signal: AbortSignal,
  ): Promise<Leadership> {
    const { client } = connections.batches
    const { settings } = context
    if ((await readState(client)) || settings.initialWriter) await bringSchemaUpToDate(client)
    const state = (await readState(client)) ?? (await createHistory(context, client))
    context.setHistory(state)
    const newest = await readNewestRevision(client)
    await learnFromPeer(context, state, newest?.revision ?? 0, mandate, signal)
    const taken = await takeTerm(context, client, state, mandate())
    await context.keyring.begin(client)
    const loaded = await bringForward(client, shown, context.keyring)
    context.setHistory(taken)
    return new Leadership(context, connections, taken, loaded, shown !== null)
  }

  private constructor(
    context: RegionContext,
    connections: LeaderConnections,
    state: DatabaseState & { term: number },
    loaded: LoadedConfiguration,
    shown: boolean,
  ) {
    this.#context = context
    this.#aside = connections.aside
    this.epoch = state.epoch
    this.#term = state.term
    this.#solo = state.solo
    this.ended = new Promise((_, reject) => {
      this.#ended = reject
    })
    this.ended.catch(() => {})
    const { settings } = context
    this.sequencer = new Sequencer({
      connection: connections.batches,
      keyring: context.keyring,
      trace: () => context.trace(),
      region: settings.region,
      epoch: state.epoch,
      term: state.term,
      confirmed: loaded.configuration,
      newestRevision: loaded.newest?.revision ?? 0,
      lastIndex: loaded.lastIndex,
      confirmTimeout: settings.confirmTimeout,
      durability: () => (this.alone ? 'local' : settings.commit),
      refusal: () => this.refusal(),
      mayAnswer: () => this.alone || context.lease.held,
      onCommitted: () => this.#probe(),
      onConfirmed: (publication) => {
        if (this.#settled) context.advance(publication)
        else this.#settle(loaded.configuration, publication.version)
        this.#answered = publication.version
      },
      onEnded: (error) => this.#onEnded(error),
    })
    context.lease.release()
    context.setDatabase({ systemIdentifier: state.systemIdentifier })
    context.setRole('frozen', shown && !this.alone ? 'awaits the first confirmation of its standby' : UNSETTLED)
    this.sequencer.mark()
    this.#probe()
    void this.#beatOnce()
    const expiry = new Expiry({
      sequencer: this.sequencer,
      configuration: loaded.configuration,
      logger: context.logger,
    })
    const { history: window, database } = settings
    this.#compaction = window && new Compaction({ database, window, logger: context.logger })
    this.#compaction?.start()
    this.#reEncryption = new ReEncryption({
      ...{ database, keyring: context.keyring, logger: context.logger },
      barrier: () => this.#barrier(),
    })
    this.#reEncryption.start()
    this.#timers.push(
      setInterval(() => void expiry.look(), EXPIRY_LOOK_EVERY),
      setInterval(() => this.#probe(), settings.leaseTtl / PROBES_PER_LEASE),
      setInterval(() => this.#watchLease(), 20),
      setInterval(() => void this.#beatOnce(), BEAT_EVERY),
    )
  }

  /** No confirmation is waited for: no peer, or declared to write alone. */
  get alone(): boolean {
    return this.#solo || this.#context.link === null
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Milliseconds since the lease ran out, or since this term began where it has had none; null while it is held. */
  get unconfirmed(): number | null {
    return this.#context.lease.held ? null : performance.now() - this.#heldAt
  }

  /** Whether it is confirmed, and asked its database after it was asked this. @throws where that is in doubt */
  async stillLeads(): Promise<boolean> {
    await this.#barrier()
    return !this.alone && !this.#draining && this.#context.lease.held
  }

  /** Why a write may not be accepted right now. */
  refusal(): AntipodeError | undefined {
    const { settings, lease, role } = this.#context
    const details = { region: settings.region, epoch: this.epoch, writer: null }
    if (role === 'fenced')
      return new AntipodeError('ANTIPODE_FENCED', { ...details, reason: 'a newer epoch has begun' })
    if (this.#draining) return new AntipodeError('ANTIPODE_DRAINING', details)
    if (this.alone || lease.held) return undefined
    return new AntipodeError('ANTIPODE_FROZEN', { ...details, reason: 'its lease has run out' })
  }

  /** A follower that has just begun has heard no probe yet, and the next would come with the next turn of the lease. */
  onState({ role }: StateMessage): void {
    if (role === 'standby' && this.sequencer.outstanding) this.#probe()
  }

  onConfirmation(message: ConfirmationMessage): void {
    const outcome = this.sequencer.confirm(message)
    if (outcome === 'unknown') {
      this.#context.logger.error({ confirmation: message }, 'the peer confirms a revision that was never written here')
      if (message.epoch >= this.epoch) this.end('fenced', 'its peer confirmed a revision that was never written here')
      return
    }
    if (outcome !== 'confirmed') return
    this.#context.lease.renew(message.probe)
    if (this.#solo && message.revision === this.sequencer.committed.revision) void this.#leaveSolo()
    this.#watchLease()
  }

  /** Takes no more writes, answers all that wait, and gives the lease back. @returns the position to replay up to */
  async drain(): Promise<string> {
    const { client } = this.#aside
    this.#draining = true
    this.#context.setRole('draining', 'hands over its right to write')
    this.#probe()
    try {
      await this.sequencer.settled(this.#context.settings.confirmTimeout)
      for (const timer of this.#timers.splice(0)) clearInterval(timer)
      this.#compaction?.stop()
      this.#reEncryption.stop()
      await client.query('SELECT pg_advisory_lock($1)', [LOCKS.writes])
      const { rows } = await client.query('SELECT pg_current_wal_flush_lsn() AS lsn')
      this.#context.lease.release()
      return rows[0].lsn
    } catch (error) {
      this.end('frozen', 'draining failed')
      throw error
    }
  }

  async declareSolo(): Promise<void> {
    await this.#setSolo(true)
    this.sequencer.confirmLocally()
    if (this.#settled) this.#context.setRole('solo', SOLO)
  }

  end(role: 'fenced' | 'frozen', reason: string): void {
    this.#context.lease.release()
    this.#context.setRole(role, reason)
    this.sequencer.end(new Error(reason))
  }

  /** The first revision is confirmed: there is something to read, and who asks nobody writes from here on. */
  #settle(configuration: Configuration, version: Version): void {
    this.#context.show(configuration, version)
    this.#settled = true
    if (this.alone && !this.#draining)
      this.#context.setRole(this.#solo ? 'solo' : 'active', this.#solo ? SOLO : 'has no peer')
  }

  #onEnded(error: Error): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    this.#compaction?.stop()
    this.#reEncryption?.stop()
    const { role } = this.#context
    if (role === 'active' || role === 'solo') this.#context.setRole('frozen', `leads no more: ${error.message}`)
    this.#ended(error)
  }

  #probe(): void {
    const { link, lease } = this.#context
    // Drained, it asks for no lease; until then whoever waits still needs to be confirmed, if need be by a new follower.
    if (!link || (this.#draining && !this.sequencer.outstanding)) return
    link.send({
      kind: 'probe',
      epoch: this.epoch,
      probe: lease.probe(),
      solo: this.#solo,
      outstanding: this.sequencer.outstanding,
      beat: this.#beat,
      answered: this.#answered,
    })
  }

  /** The role follows the lease: `active` while it is held, `frozen` while it is not. */
  #watchLease(): void {
    const { lease, role } = this.#context
    if (lease.held) this.#heldAt = performance.now()
    if (this.alone || this.#draining) return
    if (lease.held && role === 'frozen') this.#context.setRole('active', 'holds the lease')
    else if (!lease.held && role === 'active') this.#context.setRole('frozen', 'its standby no longer confirms')
  }

  async #leaveSolo(): Promise<void> {
    if (!this.#solo) return
    this.#solo = false
    try {
      await this.#setSolo(false)
      this.#context.setRole(this.#context.lease.held ? 'active' : 'frozen', 'its standby confirms again')
      this.#probe()
    } catch (error) {
      this.sequencer.end(error as Error)
    }
  }

  /** Nothing is changed where another leader of this region has taken the next term. */
  async #setSolo(solo: boolean): Promise<void> {
    const { rowCount } = await this.#aside.client.query('UPDATE antipode.state SET solo = $1 WHERE term = $2', [
      solo,
      this.#term,
    ])
    if (rowCount === 0) throw new Error('another control plane of this region leads')
    this.#solo = solo
  }

  /** Returns once the connection that holds the leader's lock has answered, and all that was submitted before. */
  async #barrier(): Promise<void> {
    await this.sequencer.submit(randomUUID(), () => ({ status: 200, body: {} }))
  }

  async #beatOnce(): Promise<void> {
    try {
      const { rows } = await this.#aside.client.query({
        name: 'beat',
        text: `UPDATE antipode.heartbeat SET beat = beat + 1, at = clock_timestamp()
               RETURNING beat, pg_current_wal_flush_lsn() AS lsn`,
      })
      this.#beat = Number(rows[0].beat)
      this.#context.setDatabase({ lsn: rows[0].lsn })
    } catch (error) {
      this.sequencer.end(error as Error)
    }
  }
}

const SOLO = 'writes alone; what it acknowledges is on its own disk only'
export const UNSETTLED = 'has not yet had its newest revision confirmed since it started'

async function createHistory(context: RegionContext, client: ClientBase): Promise<DatabaseState> {
  const { region, regionIndex, initialWriter } = context.settings
  if (!initialWriter) throw new Error('the database is empty and this region is not the one to begin its history')
  await client.query(
    `INSERT INTO antipode.state (lineage, system_identifier, epoch, writer, solo, term)
     SELECT $1, system_identifier, $2, $3, false, 0 FROM pg_control_system()`,
    [randomUUID(), nextEpoch(0, regionIndex), region],
  )
  return (await readState(client))!
}

/**
 * Returns once it is certain that no newer epoch than this database's has begun, or a mandate settles that. Who writes alone cannot be certain: it
 * goes on when its peer, given the time of a lease to say so, has not.
 */
async function learnFromPeer(
  context: RegionContext,
  state: DatabaseState,
  newestRevision: number,
  mandate: () => Mandate | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { link, settings } = context
  if (!link) return
  const asked = performance.now()
  while (!mandate()) {
    // A peer that has not read its database yet knows of no epoch, and has not answered.
    const peer = link.reachable && link.latest?.lineage ? link.latest : undefined
    if (state.writer !== settings.region) {
      context.setRole('fenced', `its database was written by ${state.writer} and has not been handed over`)
    } else if (!peer) {
      if (state.solo && performance.now() - asked > settings.leaseTtl) return
      context.setRole('fenced', 'does not know which epoch its peer holds')
    } else if (peer.epoch > state.epoch) {
      context.setRole('fenced', `${peer.region} has begun epoch ${peer.epoch}`)
    } else if (peer.epoch === state.epoch && peer.revision > newestRevision) {
      // This database is an older copy of itself: what was acknowledged since is at the peer and not here.
      context.setRole('fenced', `${peer.region} holds revision ${peer.revision}, which is not in this database`)
    } else if (peer.lineage !== state.lineage) {
      context.setRole('fenced', `${peer.region} holds another lineage`)
    } else {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN))
    signal.throwIfAborted()
  }
}

/**
 * Takes the next term, so that no transaction of an earlier leader can commit after the configuration is loaded, and
 * begins a new epoch where a mandate says so or the database cluster is not the one that wrote the last.
 */
async function takeTerm(
  context: RegionContext,
  client: ClientBase,
  state: DatabaseState,
  mandate: Mandate | undefined,
): Promise<DatabaseState & { term: number }> {
  const { region, regionIndex } = context.settings
  if (mandate && state.epoch !== mandate.expectedEpoch) {
    throw new AntipodeError('ANTIPODE_REFUSED', {
      reason: `${region} holds epoch ${state.epoch}, not ${mandate.expectedEpoch}`,
    })
  }
  await client.query('BEGIN')
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.writes])
  const { rows: system } = await client.query('SELECT system_identifier::text AS id FROM pg_control_system()')
  const restored = system[0].id !== state.systemIdentifier
  const epoch = mandate?.epoch ?? (restored ? nextEpoch(state.epoch, regionIndex) : state.epoch)
  const { rows } = await client.query(
    `UPDATE antipode.state
     SET epoch = $1, writer = $2, solo = $3, system_identifier = $4, term = term + 1
     WHERE epoch = $5 RETURNING term`,
    [epoch, region, mandate?.solo ?? state.solo, system[0].id, state.epoch],
  )
  await client.query('COMMIT')
  return {
    ...state,
    epoch,
    writer: region,
    solo: mandate?.solo ?? state.solo,
    systemIdentifier: system[0].id,
    term: Number(rows[0].term),
  }
}
