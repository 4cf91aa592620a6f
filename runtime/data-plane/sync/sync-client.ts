import { availableParallelism, hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type DataPlaneSettings, type Heartbeat, type Registration, SYNC_PROTOCOL_VERSION } from '../../model/frame.ts'
import { RUNTIME_VERSION } from '../../model/runtime-version.ts'
import { compareVersions } from '../../model/version.ts'
import type { ConfigurationIntake } from '../configuration/configuration-intake.ts'
import { Backoff } from './backoff.ts'
import { ControlPlaneConnection, ControlPlaneRefusal, type HeldVersion } from './control-plane-connection.ts'
import { FrameReader } from './frame-reader.ts'
import type { FrameVerifier } from './frame-verifier.ts'
import type { InstanceIdentity } from './instance-identity.ts'
import { type Survey, shownVersion } from './shown-version.ts'

export interface SyncClientOptions {
  /** `https://host:port` of control planes of one lineage, the own region's first. */
  readonly controlPlanes: readonly string[]
  readonly identity: InstanceIdentity
  readonly anchors: string
  readonly trustDomain: string | undefined
  readonly verifier: FrameVerifier
  readonly intake: ConfigurationIntake
  readonly logger: Logger
  /** The ports that calls arrive at. */
  readonly ports: () => readonly number[]
  readonly plugins: Readonly<Record<string, string>>
  /** Seconds between heartbeats until a control plane decides otherwise. */
  readonly heartbeatInterval: number
  /** Calls served since the start. */
  readonly calls: () => number
  readonly degraded: () => readonly string[]
  readonly onSettings: (settings: DataPlaneSettings) => void
}

/** Milliseconds without a byte after which a control plane counts as gone: it sends an empty line every five seconds. */
const SILENCE = 15_000
/** Milliseconds until the first look around, and, doubled each time, at most. */
const FIRST_LOOK = 5_000
const RARE_LOOK = 60_000

/**
 * Keeps one stream open to a control plane, for as long as the data plane runs.
 *
 * Control planes are tried in order. `connecting` → `streaming` until the stream ends, falls silent, says goodbye or
 * offers what must not be followed; then the next one, and after a round without success a jittered, growing pause.
 * While streaming it looks around now and then: from another region, whether the own region's control plane is back and
 * not behind; at the own region's, when that shows nothing, whether another is ahead. Whatever happens here, calls are served on.
 */
export class SyncClient {
  readonly #options: SyncClientOptions
  readonly #backoff = new Backoff()
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #instanceId = ''
  #heartbeatInterval: number
  /** Calls that a control plane has been told of. */
  #reportedCalls = 0
  #asksForSnapshot = false
  #connection: ControlPlaneConnection | undefined
  #lastHeard: number | undefined
  #acknowledging = false
  #owesAcknowledgement = false

  constructor(options: SyncClientOptions) {
    this.#options = options
    this.#heartbeatInterval = options.heartbeatInterval
  }

  /** When a control plane last said anything, in milliseconds since 1970. */
  get lastHeard(): number | undefined {
    return this.#lastHeard
  }

  get isConnected(): boolean {
    return this.#connection !== undefined
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** Tells the control plane what is served now. Versions that come meanwhile share the next acknowledgement. */
  acknowledge(): void {
    this.#owesAcknowledgement = true
    if (!this.#acknowledging) void this.#acknowledgeAll()
  }

  async #run(): Promise<void> {
    const { controlPlanes, logger } = this.#options
    let index = 0
    while (!this.#stop.signal.aborted) {
      const url = controlPlanes[index]!
      let pause = 0
      try {
        const ended = await this.#converse(url, index)
        if (!ended.isUseless) this.#backoff.reset()
        if (ended.next !== undefined) {
          logger.info({ url, reason: ended.reason }, 'another control plane is followed from now on')
          index = ended.next
          continue
        }
        pause = ended.pause
        logger.warn({ url, reason: ended.reason }, 'the control plane is left')
      } catch (error) {
        if (this.#stop.signal.aborted) break
        logger.warn({ url, reason: (error as Error).message }, 'the control plane cannot be followed')
      }
      index = (index + 1) % controlPlanes.length
      if (index === 0) pause = Math.max(pause, this.#backoff.next())
      await this.#sleep(pause)
    }
  }

  /** One connection from registration to its end. */
  async #converse(url: string, index: number): Promise<Ending> {
    await this.#register(url)
    const connection = this.#connect(url, this.#options.identity.current)
    const ending = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, ending.signal])
    try {
      const { intake } = this.#options
      const held = this.#asksForSnapshot ? undefined : intake.heldVersion
      let awaitsSnapshot = this.#asksForSnapshot
      const stream = await connection.stream(held, this.#instanceId, signal)
      this.#asksForSnapshot = false
      this.#connection = connection
      this.#options.logger.info({ url }, 'following a control plane')
      void this.#sendHeartbeats(connection, index, ending)
      void this.#lookAround(index, signal).then((next) => next !== undefined && ending.abort({ next }))
      if (intake.served) this.acknowledge()
      const reader = new FrameReader()
      for await (const chunk of stream) {
        this.#lastHeard = Date.now()
        for (const frame of reader.push(chunk as Buffer)) {
          const before = intake.heldVersion?.version
          const verdict = await intake.receive(frame)
          if (intake.heldVersion?.version !== before) awaitsSnapshot = false
          if (verdict === 'ask for a snapshot' && !awaitsSnapshot) {
            this.#asksForSnapshot = true
            return { reason: verdict, next: index, pause: 0 }
          }
          if (verdict === 'ask for a snapshot' || verdict === 'leave') {
            return { reason: 'it offers what must not be followed', pause: 0, isUseless: true }
          }
          if (typeof verdict === 'object') return { reason: 'it says goodbye', pause: jittered(verdict.goodbye * 1000) }
        }
      }
      return { reason: 'the stream ended', pause: 0 }
    } catch (error) {
      const { next } = (ending.signal.reason ?? {}) as { next?: number }
      const reason = next === index ? 'renewal' : 'a better one is reachable'
      if (next !== undefined) return { reason, next, pause: 0 }
      throw error
    } finally {
      this.#connection = undefined
      ending.abort()
      await connection.close()
    }
  }

  async #register(url: string): Promise<void> {
    const { identity, ports, plugins } = this.#options
    const connection = this.#connect(url, identity.bundle)
    try {
      const registration: Registration = {
        hostname: hostname(),
        runId: identity.runId,
        runtimeVersion: RUNTIME_VERSION,
        protocolVersions: [SYNC_PROTOCOL_VERSION],
        ports: ports(),
        cores: availableParallelism(),
        plugins,
        labels: {},
        certificateRequest: await identity.createRequest(),
      }
      const answer = await connection.register(registration)
      this.#instanceId = answer.instanceId
      identity.adopt(answer.certificate)
      this.#apply(answer.settings)
    } finally {
      await connection.close()
    }
  }

  async #sendHeartbeats(connection: ControlPlaneConnection, index: number, ending: AbortController): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        const calls = this.#options.calls()
        const answer = await connection.heartbeat(this.#heartbeat(calls - this.#reportedCalls))
        this.#reportedCalls = calls
        this.#apply(answer.settings)
        // A fresh connection registers anew, and so renews the leaf.
        if (this.#options.identity.isDueForRenewal) ending.abort({ next: index })
      } catch (error) {
        if (ending.signal.aborted) return
        this.#options.logger.warn({ reason: (error as Error).message }, 'a heartbeat was not accepted')
        if (error instanceof ControlPlaneRefusal && error.status < 500) ending.abort()
      }
      await this.#sleep(this.#heartbeatInterval * 1000 * (0.8 + Math.random() * 0.4), ending.signal)
    }
  }

  #heartbeat(calls: number): Heartbeat {
    const { served } = this.#options.intake
    return {
      instanceId: this.#instanceId,
      lineage: served?.lineage ?? null,
      version: served?.version ?? null,
      hash: served?.hash ?? null,
      calls,
      certificateExpiry: this.#options.identity.expiry,
      degraded: this.#options.degraded(),
    }
  }

  async #acknowledgeAll(): Promise<void> {
    this.#acknowledging = true
    while (this.#owesAcknowledgement) {
      this.#owesAcknowledgement = false
      const { served, refusedResources: refused } = this.#options.intake
      const connection = this.#connection
      if (!served || !connection) break
      const { lineage, version, hash } = served
      try {
        await connection.acknowledge({ instanceId: this.#instanceId, lineage, version, hash, refused })
      } catch (error) {
        this.#options.logger.warn({ reason: (error as Error).message }, 'an acknowledgement was not accepted')
      }
    }
    this.#acknowledging = false
  }

  /**
   * The index of a control plane to follow rather than this one, once there is one: the own region's, as soon as it is
   * not behind what is held; or, while the own region's has shown nothing since the stream began, one that is ahead.
   */
  async #lookAround(index: number, signal: AbortSignal): Promise<number | undefined> {
    const before = this.#options.intake.heldVersion
    for (let pause = FIRST_LOOK; !signal.aborted; pause = Math.min(RARE_LOOK, pause * 2)) {
      await this.#sleep(jittered(pause), signal)
      const held = this.#options.intake.heldVersion
      if (index > 0 && (await this.#isHomeAbreast(held, signal))) return 0
      if (index === 0 && held && held.hash === before?.hash) {
        const ahead = await this.#firstAhead(held, signal)
        if (ahead !== undefined) return ahead
      } else if (index === 0) return undefined
    }
    return undefined
  }

  /** Asks as one who holds nothing, since a control plane that is behind keeps silent towards those who hold more. */
  async #isHomeAbreast(held: HeldVersion | undefined, signal: AbortSignal): Promise<boolean> {
    const shown = await shownVersion(this.#survey(0, signal), undefined)
    if (!shown || !held) return shown !== undefined
    return shown.lineage === held.lineage && compareVersions(shown.version, held.version) >= 0
  }

  async #firstAhead(held: HeldVersion, signal: AbortSignal): Promise<number | undefined> {
    for (let index = 1; index < this.#options.controlPlanes.length && !signal.aborted; index++) {
      const shown = await shownVersion(this.#survey(index, signal), held)
      if (shown?.lineage === held.lineage && compareVersions(shown.version, held.version) > 0) return index
    }
    return undefined
  }

  #survey(index: number, signal: AbortSignal): Survey {
    const { controlPlanes, identity, verifier } = this.#options
    const connection = this.#connect(controlPlanes[index]!, identity.current)
    return { connection, verifier, instanceId: this.#instanceId, signal }
  }

  #connect(url: string, identity: InstanceIdentity['current']): ControlPlaneConnection {
    const { anchors, trustDomain } = this.#options
    return new ControlPlaneConnection({ url, identity, anchors, trustDomain, silence: SILENCE })
  }

  #apply(settings: DataPlaneSettings): void {
    if (settings.heartbeatInterval > 0) this.#heartbeatInterval = settings.heartbeatInterval
    this.#options.onSettings(settings)
  }

  async #sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const either = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal
    await delay(milliseconds, undefined, { signal: either }).catch(() => {})
  }
}

/** Why a conversation with a control plane ended, and what comes next. */
interface Ending {
  readonly reason: string
  /** Milliseconds to wait before the next control plane. */
  readonly pause: number
  /** The index of the control plane to follow next, at once. Absent: the one after. */
  readonly next?: number
  /** Nothing could be followed, so pauses go on growing. */
  readonly isUseless?: boolean
}

function jittered(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random())
}
