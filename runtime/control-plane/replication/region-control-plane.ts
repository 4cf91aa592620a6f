import { AntipodeError } from '../../model/errors.ts'
import type { RegionChange, RegionRole, RegionState } from '../../model/region-state.ts'
import { compareVersions, NO_VERSION, type Version } from '../../model/version.ts'
import type {
  ConfigurationStore,
  HeadView,
  Origin,
  ReadView,
  WriteOutcome,
  WriteReceipt,
} from '../configuration-store.ts'
import { type Connection, connect } from '../database/connection.ts'
import { openReplica, type Replica } from '../database/replica.ts'
import type { Configuration } from '../store/configuration.ts'
import { findRecordedWrites } from '../store/recorded-writes.ts'
import { UnattendedOperator } from './automatic/unattended-operator.ts'
import { Follower } from './follower.ts'
import type { LeaderLink } from './leader-link.ts'
import { advertisedAddress } from './leader-lock.ts'
import { Leadership, UNSETTLED } from './leadership.ts'
import { Lease, PromotionWait } from './lease.ts'
import { MemberFeed } from './member-feed.ts'
import { Membership } from './membership.ts'
import { PeerLink } from './peer-link.ts'
import type { PeerMessage, StateMessage } from './peer-messages.ts'
import { type DatabaseFacts, type Mandate, type RegionContext, UNREACHED } from './region-context.ts'
import type { RegionControlPlaneOptions } from './region-control-plane-options.ts'
import { RegionFleet } from './region-fleet.ts'
import { carryOut, type OrderedRegion } from './region-orders.ts'
import { reportRegion } from './region-report.ts'

/** Two regions' clocks may drift apart by this share of a lease before a promotion could come too early. */
const CLOCK_MARGIN = 0.1
const RECONNECT_AFTER = 50

/**
 * One region's control plane, seen from its role.
 *
 * It starts `fenced` and connects to its own database. While another control plane of the region holds the leader's
 * lock, it is a member and shows what that one shows (see Membership). Else it speaks for the region. Where its database
 * follows another (see Replica) it is a `standby` and follows (see Follower). Where it does not, it leads (see
 * Leadership): `fenced` until it knows its peer's epoch, `frozen` until its first revision is confirmed, `active` while
 * it holds the lease, `solo` when told to write alone, `draining` when it hands over. When the connection breaks, or
 * leading ends, everything begins again from the database. Whatever happens, the last configuration shown stays
 * readable.
 *
 * An operator's order to take over reaches a follower, which promotes its database; the mandate then lets the
 * leadership that follows begin the new epoch without asking the peer. Where regions act by themselves, that operator is
 * an UnattendedOperator.
 */
export class RegionControlPlane implements ConfigurationStore {
  readonly region: string
  /** Since the process started: how often its database was reached, and how often it has led. */
  readonly counts = { databaseConnections: 0, leaderships: 0 }
  readonly #options: RegionControlPlaneOptions
  readonly #context: RegionContext
  readonly #link: PeerLink | null
  readonly #lease: Lease
  readonly #membership: Membership
  readonly #ordered: OrderedRegion
  readonly #feed: MemberFeed
  readonly #stopping = new AbortController()
  #role: RegionRole = 'fenced'
  #reason = 'has just started'
  #database: DatabaseFacts = UNREACHED
  #lineage: string | null = null
  #epoch = 0
  #writer: string | null = null
  #shown: Configuration | null = null
  #version: Version = NO_VERSION
  #isConnected = false
  /** Holds the leader's lock. */
  #leads = false
  #leaderState: RegionState | undefined
  #leadership: Leadership | undefined
  #follower: Follower | undefined
  #session: AbortController | undefined
  #reads: Connection | undefined
  #mandate: Mandate | undefined
  #running: Promise<void> | undefined
  readonly #fleet: RegionFleet
  readonly #unattended: UnattendedOperator | undefined

  constructor(options: RegionControlPlaneOptions) {
    const { settings, logger, peer } = options
    this.#options = options
    this.region = settings.region
    this.#lease = new Lease(settings.leaseTtl)
    const { tls } = options
    const onMessage = (message: PeerMessage) => this.#hear(message)
    this.#link = peer && new PeerLink({ ...peer, tls, logger, state: () => this.#say(), onMessage })
    this.#feed = new MemberFeed(
      () => this.state(),
      () => this.#shown && { configuration: this.#shown, lineage: this.#lineage!, version: this.#version },
      () => options.onFleet?.(),
    )
    const link = this.#link
    this.#fleet = new RegionFleet({
      own: () => options.instances(),
      members: () => this.#feed.instances(),
      tellWriter: () =>
        this.#role === 'standby' && link ? (instances) => link.send({ kind: 'fleet', instances }) : undefined,
      hearsPeer: () => link?.reachable === true,
      onChange: () => options.onFleet?.(),
    })
    const control = this
    this.#context = {
      settings,
      logger,
      link: this.#link,
      lease: this.#lease,
      keyring: options.keyring,
      trace: () => options.trace?.(),
      promotionWait: new PromotionWait(settings.leaseTtl, settings.leaseTtl * CLOCK_MARGIN),
      get role() {
        return control.#role
      },
      setRole: (role, reason) => this.#setRole(role, reason),
      setDatabase: (facts) => {
        this.#database = { ...this.#database, ...facts }
      },
      setHistory: ({ lineage, epoch, writer }) => {
        this.#lineage = lineage
        this.#epoch = epoch
        this.#writer = writer
      },
      joinLeader: (address) => {
        this.#link?.close()
        this.#setRole('fenced', `${address} leads this region, and has not said what it is`)
      },
      endHold: () => {
        if (options.hold.current) void options.hold.set(null).catch((error) => logger.error(error))
      },
      show: (configuration, version) => {
        this.#shown = configuration
        this.#version = version
        options.show(configuration, this.#lineage!, version)
        if (this.#leads) this.#feed.show()
      },
      advance: (publication) => {
        this.#version = publication.version
        options.advance(publication)
        if (this.#leads) this.#feed.advance(publication)
      },
    }
    this.#ordered = {
      settings,
      hold: options.hold,
      promotionWait: this.#context.promotionWait,
      witness: options.automatic?.witness ?? null,
      get role() {
        return control.#role
      },
      get reason() {
        return control.#reason
      },
      get lineage() {
        return control.#lineage
      },
      get writer() {
        return control.#writer
      },
      get epoch() {
        return control.#epoch
      },
      get inRecovery() {
        return control.#database.inRecovery
      },
      get leadership() {
        return control.#leadership
      },
      get follower() {
        return control.#follower
      },
      setMandate: (mandate) => {
        this.#mandate = mandate
      },
    }
    this.#unattended = options.automatic
      ? new UnattendedOperator({
          settings: options.automatic.settings,
          region: () => (this.#leads ? this.#ordered : undefined),
          peerEpoch: () => link?.latest?.epoch ?? 0,
          order: (change) => this.change(change, 'itself'),
          logger,
        })
      : undefined
    const instances = () => options.instances()
    const onLeft = () => {
      this.#leaderState = undefined
      this.#setRole('fenced', 'knows of no leader of its region')
    }
    this.#membership = new Membership(this.#context, {
      ...{ tls, instances, onLeft },
      onState: (state) => this.#repeat(state),
    })
  }

  /** Begins the first spell. */
  start(): void {
    this.#running = this.#run()
  }

  /** Ends the current spell in order; nothing acknowledged depends on it. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#session?.abort()
    this.#leadership?.end('fenced', 'is stopping')
    await this.#running
    this.#unattended?.close()
    this.#options.automatic?.witness?.close()
    this.#fleet.close()
    this.#link?.close()
    this.#feed.close()
    this.#membership.close()
  }

  /** The peer's stream to us; see PeerLink. */
  get link(): PeerLink | null {
    return this.#link
  }

  /** Where it leads its region: what it tells the others. */
  get feed(): MemberFeed | undefined {
    return this.#leads ? this.#feed : undefined
  }

  /** Where another control plane of this region leads: the way there. */
  get leader(): LeaderLink | undefined {
    return this.#membership.leader
  }

  get role(): RegionRole {
    return this.#leaderState?.role ?? this.#role
  }

  /** The newest version shown. */
  get version(): Version {
    return this.#version
  }

  /** Why calls are better sent elsewhere, or undefined. Who leads is ready whatever its role; so is who follows. */
  unready(): string | undefined {
    if (!this.#isConnected) return 'its database cannot be reached'
    if (!this.#shown) return `has not shown a configuration: ${this.#reason}`
    return this.#leads || this.leader ? undefined : 'knows of no leader of its region'
  }

  /** Tells whoever keeps the fleet of the instances served here at once, and not when it is time to. */
  tellFleet(): void {
    this.#membership.sayFleet()
    this.#fleet.forward()
  }

  /** For reads at a member; see Membership. */
  async catchUp(): Promise<void> {
    await this.#membership.catchUp()
  }

  state(): RegionState {
    if (this.#leaderState) return this.#leaderState
    return reportRegion({
      settings: this.#options.settings,
      role: this.#role,
      reason: this.#reason,
      history: { lineage: this.#lineage, epoch: this.#epoch, writer: this.#writer },
      version: this.#version,
      hash: this.#shown?.hash ?? null,
      groups: this.#shown?.otherHashes() ?? {},
      lease: this.#lease,
      link: this.#link,
      leadership: this.#leadership,
      follower: this.#follower,
      database: this.#database,
      hold: this.#options.hold.current,
      automatic: this.#unattended?.judgement,
      instances: this.#fleet.instances(),
      peerInstances: this.#fleet.peerInstances,
    })
  }

  /** What regions that act by themselves have done since this process started. */
  get actedByItself(): UnattendedOperator['counts'] | undefined {
    return this.#unattended?.counts
  }

  /** Where writes go now, as far as this region knows; null when it does not. */
  writerAddress(): string | null {
    const peer = this.#link?.reachable ? this.#link.latest : undefined
    const peerWrites = peer && (peer.role === 'active' || peer.role === 'solo')
    return peerWrites ? this.#options.peerAdmin : null
  }

  /** Whether there is anything to read yet. */
  get isReadable(): boolean {
    return this.#shown !== null
  }

  read(): ReadView {
    if (!this.#shown) throw this.#unreadable()
    return this.#shown
  }

  async write(writeId: string, apply: (head: HeadView) => WriteOutcome, origin?: Origin): Promise<WriteReceipt> {
    const refused = this.#leadership?.refusal() ?? (this.#leadership ? undefined : this.#notWriting())
    if (refused) throw this.#withWriter(refused)
    try {
      return await this.#leadership!.sequencer.submit(writeId, apply, origin)
    } catch (error) {
      throw error instanceof AntipodeError ? this.#withWriter(error) : error
    }
  }

  async findWrite(id: string): Promise<{ status: 'applied'; version: Version } | undefined> {
    const deadline = performance.now() + this.#options.settings.confirmTimeout
    while (this.#leadership?.sequencer.isOpen(id) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    if (this.#leadership?.sequencer.isOpen(id)) {
      throw this.#withWriter(new AntipodeError('ANTIPODE_IN_DOUBT', { write: id, epoch: this.#epoch }))
    }
    const version =
      this.#reads && (await findRecordedWrites(this.#reads.client, [id], this.#context.keyring)).get(id)?.version
    if (version && compareVersions(version, this.#version) <= 0) return { status: 'applied', version }
    // Only the writer can say for certain that a write is not there and will not appear.
    const refused = this.#leadership?.refusal() ?? (this.#leadership ? undefined : this.#notWriting())
    if (refused) throw this.#withWriter(refused)
    if (version) throw this.#withWriter(new AntipodeError('ANTIPODE_IN_DOUBT', { write: id, epoch: version.epoch }))
    return undefined
  }

  /** Carries out `PUT /antipode/region`. @throws AntipodeError ANTIPODE_REFUSED */
  async change(change: RegionChange, by: string): Promise<Record<string, unknown>> {
    return carryOut(change, by, this.#ordered)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#session = new AbortController()
      try {
        await this.#spell(this.#session.signal)
      } catch (error) {
        const { message } = error as Error
        this.#context.logger.info({ reason: message, role: this.#role }, 'begins again')
        if (error instanceof AntipodeError && error.code.startsWith('KEYRING_')) this.#setRole('fenced', message)
        else if (this.#role === 'standby') this.#setRole('standby', `its database is out of reach: ${message}`)
      }
      this.#leadership = undefined
      this.#follower = undefined
      this.#leads = false
      this.#feed.dismiss()
      this.#lease.release()
      if (!signal.aborted && !this.#mandate) await new Promise((resolve) => setTimeout(resolve, RECONNECT_AFTER))
    }
  }

  /** One spell of following or leading, for as long as its connections last. */
  async #spell(signal: AbortSignal): Promise<void> {
    const opened: Connection[] = []
    const open = async (purpose: string) => {
      const connection = await connect(this.#options.settings.database, purpose)
      opened.push(connection)
      return connection
    }
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('asked to begin again')), { once: true })
    })
    aborted.catch(() => {})
    const session = this.#session
    try {
      const batches = await open('candidate')
      const aside = await open('reader')
      this.counts.databaseConnections += 1
      this.#isConnected = true
      const orLost = <T>(work: Promise<T>) => Promise.race([work, batches.lost, aside.lost, aborted])
      const address = advertisedAddress(this.#options.syncListen, batches)
      await orLost(this.#membership.lead(batches, address, signal))
      this.#leads = true
      this.#link?.open()
      // Whoever led until now may have confirmed until now.
      this.#context.promotionWait.restart()
      const replica = await openReplica(batches.client)
      this.counts.leaderships += 1
      this.#reads = aside
      this.#database = { ...UNREACHED, reachable: true, inRecovery: replica !== undefined }
      if (replica) {
        await orLost(this.#follow(batches, replica, signal))
        this.#database = { ...this.#database, inRecovery: false, streaming: null, lag: null }
      }
      await orLost(this.#lead({ batches, aside }, signal))
    } finally {
      session?.abort()
      this.#isConnected = false
      this.#reads = undefined
      this.#database = { ...this.#database, reachable: false, streaming: null }
      await Promise.all(opened.map((connection) => connection.close()))
      this.#leadership?.end(this.#role === 'fenced' ? 'fenced' : 'frozen', 'lost its connection to the database')
    }
  }

  async #follow(connection: Connection, replica: Replica, signal: AbortSignal): Promise<void> {
    this.#follower = new Follower(this.#context, connection, replica)
    await this.#follower.run(signal)
    this.#follower = undefined
  }

  async #lead(connections: { batches: Connection; aside: Connection }, signal: AbortSignal): Promise<void> {
    if (this.#role === 'standby') this.#setRole('fenced', 'its database has just become writable')
    const shown = this.#shown && { configuration: this.#shown, version: this.#version }
    try {
      this.#leadership = await Leadership.begin(this.#context, connections, () => this.#mandate, shown, signal)
    } finally {
      this.#mandate = undefined
    }
    await this.#leadership.ended
  }

  #say(): StateMessage {
    return {
      kind: 'state',
      region: this.region,
      role: this.#role,
      lineage: this.#lineage,
      epoch: this.#epoch,
      revision: this.#leadership?.sequencer.committed.revision ?? this.#version.revision,
      inRecovery: this.#database.inRecovery,
    }
  }

  #hear(message: PeerMessage): void {
    if (message.kind === 'probe') this.#follower?.onProbe(message)
    else if (message.kind === 'confirmation') this.#leadership?.onConfirmation(message)
    else if (message.kind === 'fleet') this.#fleet.hearPeer(message.instances)
    else {
      this.#follower?.onState(message)
      this.#leadership?.onState(message)
      if (this.#leadership && message.epoch > this.#leadership.epoch) {
        this.#leadership.end('fenced', `${message.region} has begun epoch ${message.epoch}`)
      }
    }
  }

  /** As a member: what the leader says of the region is what this one says. */
  #repeat(state: RegionState): void {
    const { lineage, epoch, writer, hold } = state
    if (lineage !== null && writer !== null) this.#context.setHistory({ lineage, epoch, writer })
    this.#leaderState = state
    // Each keeps the operator's hold for the day that it leads.
    if (hold?.since !== this.#options.hold.current?.since) {
      this.#options.hold.set(hold).catch((error) => this.#context.logger.error(error))
    }
  }

  #setRole(role: RegionRole, reason: string): void {
    if (role === this.#role && reason === this.#reason) return
    this.#role = role
    this.#reason = reason
    this.#context.logger.info({ role, reason, epoch: this.#epoch }, 'role')
    this.#link?.sayState()
    if (this.#leads) this.#feed.sayState()
  }

  #notWriting(): AntipodeError {
    const details = { region: this.region, reason: this.#reason, epoch: this.#epoch }
    if (this.#role === 'standby') return new AntipodeError('ANTIPODE_STANDBY', details)
    if (this.#role === 'draining') return new AntipodeError('ANTIPODE_DRAINING', details)
    if (this.#role === 'fenced') return new AntipodeError('ANTIPODE_FENCED', details)
    return new AntipodeError(this.#database.reachable ? 'ANTIPODE_FROZEN' : 'ANTIPODE_UNAVAILABLE', details)
  }

  #unreadable(): AntipodeError {
    return new AntipodeError('ANTIPODE_UNAVAILABLE', {
      region: this.region,
      reason: this.#leadership ? `it ${UNSETTLED}` : this.#reason,
      writer: this.writerAddress(),
    })
  }

  #withWriter(error: AntipodeError): AntipodeError {
    return new AntipodeError(error.code, { ...error.details, writer: this.writerAddress() }, { cause: error })
  }
}
