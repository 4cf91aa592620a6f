import { randomUUID } from 'node:crypto'
import type { InstanceState, RegionState } from '../../model/region-state.ts'
import { STORED_KINDS } from '../../model/resource.ts'
import { compareVersions, NO_VERSION, type Version } from '../../model/version.ts'
import type { Connection } from '../database/connection.ts'
import { Configuration } from '../store/configuration.ts'
import { LeaderLink } from './leader-link.ts'
import { announceCandidate, runForLeader } from './leader-lock.ts'
import { MEMBER_PATHS, type MemberMessage } from './member-messages.ts'
import type { RegionContext } from './region-context.ts'

/** How soon a member notices that its leader's lock is free. */
const RUN_EVERY = 100
const SAY_FLEET_EVERY = 5_000
/** A read waits so long for what its leader has already shown. */
const CATCH_UP_WITHIN = 1_000

export interface MembershipOptions {
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  instances(): readonly InstanceState[]
  /** What the leader says of itself. */
  onState(state: RegionState): void
  /** Nothing that the leader said of itself holds any more. */
  onLeft(): void
}

/**
 * One control plane among those of its region.
 *
 * Whoever holds the leader's lock of the region's database leads. Any other is a member: it shows what its leader
 * shows, serves data planes and reads from that, passes everything else on, and runs for the lock ten times a second.
 * A leader that dies loses the lock with its connection. A member whose leader cannot be reached keeps what it has.
 */
export class Membership {
  readonly #context: RegionContext
  readonly #options: MembershipOptions
  readonly #id = randomUUID()
  #link: LeaderLink | undefined
  #configuration: Configuration | undefined
  #coming: { configuration: Configuration; version: Version } | undefined
  #version: Version = NO_VERSION
  readonly #waiting = new Set<() => void>()
  readonly #timer: NodeJS.Timeout

  constructor(context: RegionContext, options: MembershipOptions) {
    this.#context = context
    this.#options = options
    this.#timer = setInterval(() => this.sayFleet(), SAY_FLEET_EVERY)
  }

  /** The leader, while it is another and has shown something. */
  get leader(): LeaderLink | undefined {
    return this.#configuration && this.#link
  }

  /**
   * Returns once this control plane leads, which it does for as long as the connection lasts.
   *
   * @param address of its own sync listener, for members
   */
  async lead(connection: Connection, address: string, signal: AbortSignal): Promise<void> {
    await announceCandidate(connection, address)
    try {
      for (;;) {
        const election = await runForLeader(connection)
        if (election.leads) return
        if (election.address !== null && election.address !== this.#link?.address) this.#join(election.address)
        await new Promise((resolve) => setTimeout(resolve, RUN_EVERY))
        signal.throwIfAborted()
      }
    } finally {
      this.#leave()
    }
  }

  /**
   * Waits until everything is shown that the leader shows now, so that a read sees each write that was answered before
   * it, at whichever member. Where the leader cannot be asked it returns at once.
   */
  async catchUp(): Promise<void> {
    const { leader } = this
    if (!leader) return
    const newest = (await leader.call('GET', MEMBER_PATHS.version).catch(() => NO_VERSION)) as Version
    const deadline = performance.now() + CATCH_UP_WITHIN
    while (compareVersions(this.#version, newest) < 0 && this.leader === leader) {
      const left = deadline - performance.now()
      if (left <= 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#waiting.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  close(): void {
    clearInterval(this.#timer)
    this.#leave()
  }

  #join(address: string): void {
    this.#leave()
    const { logger } = this.#context
    const link = new LeaderLink({
      address,
      id: this.#id,
      tls: this.#options.tls,
      onMessage: (message) => this.#link === link && this.#hear(message),
    })
    this.#link = link
    this.#context.joinLeader(address)
    link.listen().catch((error: Error) => {
      logger.info({ leader: address, reason: error.message }, 'lost its leader')
      if (this.#link === link) this.#leave()
    })
  }

  #leave(): void {
    if (!this.#link) return
    this.#link.close()
    this.#link = undefined
    this.#options.onLeft()
    this.#configuration = undefined
    this.#coming = undefined
    this.#wake()
  }

  /** Readers look again at what is shown. */
  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #hear(message: MemberMessage): void {
    if (message.kind === 'state') {
      this.#options.onState(message.state)
    } else if (message.kind === 'begin') {
      const configuration = new Configuration()
      configuration.isWhole = STORED_KINDS.every((kind) => message.knows?.includes(kind))
      this.#coming = { configuration, version: message.version }
    } else if (message.kind === 'resources') {
      for (const change of message.changes) this.#coming?.configuration.apply(change)
    } else if (message.kind === 'shown') {
      if (!this.#coming) return
      this.#configuration = this.#coming.configuration
      this.#version = this.#coming.version
      this.#context.show(this.#configuration, this.#version)
      this.#wake()
    } else if (this.#configuration) {
      for (const change of message.changes) this.#configuration.apply(change)
      this.#version = message.version
      this.#context.advance({ version: message.version, changes: message.changes })
      this.#wake()
    }
  }

  /** Tells the leader, where it is another, of the instances served here. */
  sayFleet(): void {
    if (!this.leader) return
    const fleet = { member: this.#id, instances: this.#options.instances() }
    this.leader.call('POST', MEMBER_PATHS.fleet, fleet).catch(() => {})
  }
}
