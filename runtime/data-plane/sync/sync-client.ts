import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { DataPlaneSettings, Heartbeat } from '../../model/frame.ts'
import type { ConfigurationIntake } from '../configuration/configuration-intake.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { Backoff } from './backoff.ts'
import { ControlPlaneConnection, ControlPlaneRefusal } from './control-plane-connection.ts'
import { type Ending, isNotAccepted, isRevocation } from './ending.ts'
import type { Enrolment } from './enrolment.ts'
import { FrameReader } from './frame-reader.ts'
import type { Introduction } from './instance-identity.ts'
import { lookAround } from './look-around.ts'
import { type InstanceFacts, registrationOf } from './registration.ts'

export interface SyncClientOptions extends InstanceFacts {
  readonly enrolment: Enrolment
  readonly intake: ConfigurationIntake
  readonly logger: Logger
  /** Seconds between heartbeats until a control plane decides otherwise. */
  readonly heartbeatInterval: number
  /** Calls served since the start. */
  readonly calls: () => number
  readonly degraded: () => readonly string[]
  readonly onSettings: (settings: DataPlaneSettings) => void
  /** Every control plane has been tried in vain. */
  readonly onNobody?: () => void
}

/** Milliseconds without a byte after which a control plane counts as gone: it sends an empty line every five seconds. */
const SILENCE = 15_000
/** A renewal that fails is tried again after this, jittered. */
const RENEW_AGAIN = 5_000

/**
 * Keeps one stream open to a control plane, for as long as the data plane runs.
 *
 * Control planes are tried in order. `connecting` → `streaming` until the stream ends, falls silent, says goodbye or
 * offers what must not be followed; then the next one, and after a round without success a jittered, growing pause.
 * While streaming it looks around now and then: from another region, whether the own region's control plane is back and
 * not behind; at the own region's, when that shows nothing, whether another is ahead. A leaf is renewed over the stream's
 * own connection, and the stream then goes on, on a connection that was opened and tried beforehand. Once a control
 * plane says that this identity is revoked, none is talked to any more: `revoked`, until the process is started with
 * another. Whatever happens here, calls are served on.
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
  readonly #acknowledgements: Acknowledgements
  #revoked: string | undefined

  constructor(options: SyncClientOptions) {
    this.#options = options
    this.#heartbeatInterval = options.heartbeatInterval
    this.#acknowledgements = new Acknowledgements(options, () => {
      return this.#connection && { connection: this.#connection, instanceId: this.#instanceId }
    })
  }

  /** When a control plane last said anything, in milliseconds since 1970. */
  get lastHeard(): number | undefined {
    return this.#lastHeard
  }

  get isConnected(): boolean {
    return this.#connection !== undefined
  }

  /** Why no control plane is talked to any more, in its words. */
  get revoked(): string | undefined {
    return this.#revoked
  }

  /** As control planes know this process; null until it has registered. */
  get instanceId(): string | null {
    return this.#instanceId === '' ? null : this.#instanceId
  }

  /** Hands a packed report to the control plane that is followed. @throws where it was not accepted */
  async report(report: Buffer): Promise<void> {
    if (!this.#connection) throw new Error('no control plane is followed')
    await this.#connection.report(report)
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
    this.#acknowledgements.owe()
  }

  async #run(): Promise<void> {
    const { enrolment, logger } = this.#options
    let index = 0
    while (!this.#stop.signal.aborted) {
      const { controlPlanes } = enrolment
      // A newer directory may name fewer.
      if (index >= controlPlanes.length) index = 0
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
        if (isRevocation(error)) return this.#fallSilent(error)
        logger.warn({ url, reason: (error as Error).message }, 'the control plane cannot be followed')
      }
      index = (index + 1) % controlPlanes.length
      if (index === 0) {
        pause = Math.max(pause, this.#backoff.next())
        this.#options.onNobody?.()
      }
      await this.#sleep(pause)
    }
  }

  async #fallSilent(error: ControlPlaneRefusal): Promise<void> {
    this.#revoked = error.reason
    this.#options.logger.error(
      { reason: error.reason },
      'this identity is revoked; no control plane is called any more',
    )
    await this.#options.enrolment.dropLeaf()
  }

  /** One control plane from registration to its end, over as many connections as there are leaves meanwhile. */
  async #converse(url: string, index: number): Promise<Ending> {
    const { enrolment } = this.#options
    await this.#register(url)
    let connection = this.#connect(url, enrolment.identity.current)
    let before: ControlPlaneConnection | undefined
    try {
      for (;;) {
        const ended = await this.#follow(connection, index, () => before?.close())
        if (!ended.renewed) return ended
        before = connection
        connection = ended.renewed
      }
    } finally {
      await Promise.all([connection.close(), before?.close()])
    }
  }

  /** One stream. @param opened called once it is there */
  async #follow(connection: ControlPlaneConnection, index: number, opened: () => void): Promise<Ending> {
    const { intake, logger, enrolment } = this.#options
    const ending = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, ending.signal])
    try {
      const held = this.#asksForSnapshot ? undefined : intake.heldVersion
      const awaitsSnapshot = this.#asksForSnapshot
      const stream = await connection.stream(held, this.#instanceId, signal)
      opened()
      this.#asksForSnapshot = false
      this.#connection = connection
      logger.info({ url: connection.url }, 'following a control plane')
      void this.#sendHeartbeats(connection, ending)
      void this.#renewInTime(connection, ending)
      const survey = (at: number) => {
        const around = this.#connect(enrolment.controlPlanes[at]!, enrolment.identity.current)
        return { connection: around, verifier: enrolment.verifier, instanceId: this.#instanceId, signal }
      }
      const count = enrolment.controlPlanes.length
      void lookAround({ index, count, signal, held: () => intake.heldVersion, survey }).then(
        (next) => next !== undefined && ending.abort({ reason: 'a better one is reachable', next, pause: 0 }),
      )
      if (intake.served) this.acknowledge()
      return await this.#read(stream, index, awaitsSnapshot)
    } catch (error) {
      const { reason } = ending.signal
      if (reason instanceof Error || !ending.signal.aborted) throw ending.signal.aborted ? reason : error
      return reason as Ending
    } finally {
      this.#connection = undefined
      ending.abort()
    }
  }

  /** Takes in what a stream brings, one frame after the other. */
  async #read(stream: Readable, index: number, awaitsSnapshot: boolean): Promise<Ending> {
    const { intake } = this.#options
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
        if (typeof verdict === 'object') {
          return { reason: 'it says goodbye', pause: verdict.goodbye * 1000 * (0.5 + Math.random()) }
        }
      }
    }
    return { reason: 'the stream ended', pause: 0 }
  }

  /** With the newest leaf, or, where that is not accepted, with what was configured. */
  async #register(url: string): Promise<void> {
    const { identity } = this.#options.enrolment
    const known = [...new Set([identity.current, identity.introduction])]
    for (const [attempt, introduction] of known.entries()) {
      const connection = this.#connect(url, introduction)
      try {
        return await this.#enrol(connection)
      } catch (error) {
        if (attempt + 1 === known.length || !isNotAccepted(error)) throw error
      } finally {
        await connection.close()
      }
    }
  }

  /** Has the control plane issue a leaf. @param prove is given it before it is used */
  async #enrol(connection: ControlPlaneConnection, prove?: (leaf: Introduction) => Promise<void>): Promise<void> {
    const { enrolment } = this.#options
    const { request, key } = await enrolment.identity.createRequest()
    const answer = await connection.register(registrationOf(this.#options, enrolment.identity.runId, request))
    const leaf = { certificate: answer.certificate, key }
    this.#instanceId = answer.instanceId
    await prove?.(leaf)
    await enrolment.adopt(leaf, answer.renewAfter)
    this.#apply(answer.settings)
  }

  async #renewInTime(connection: ControlPlaneConnection, ending: AbortController): Promise<void> {
    const { identity } = this.#options.enrolment
    const isOver = () => ending.signal.aborted || this.#stop.signal.aborted
    while (identity.renewIn > 0 && !isOver()) await this.#sleep(identity.renewIn, ending.signal)
    while (!isOver()) {
      await this.#renew(connection, ending)
      await this.#sleep(RENEW_AGAIN * (0.5 + Math.random()), ending.signal)
    }
  }

  /** The new connection is open, and has been used, before the stream leaves the old one. */
  async #renew(connection: ControlPlaneConnection, ending: AbortController): Promise<void> {
    let renewed: ControlPlaneConnection | undefined
    try {
      await this.#enrol(connection, async (leaf) => {
        renewed = this.#connect(connection.url, leaf)
        await renewed.heartbeat(this.#heartbeat(0))
      })
      if (ending.signal.aborted) await renewed?.close()
      else ending.abort({ reason: 'the certificate was renewed', pause: 0, renewed })
    } catch (error) {
      await renewed?.close()
      this.#options.logger.warn({ reason: (error as Error).message }, 'the certificate was not renewed')
      if (isRevocation(error)) ending.abort(error)
    }
  }

  async #sendHeartbeats(connection: ControlPlaneConnection, ending: AbortController): Promise<void> {
    const { enrolment, logger } = this.#options
    while (!ending.signal.aborted && !this.#stop.signal.aborted) {
      try {
        const calls = this.#options.calls()
        const answer = await connection.heartbeat(this.#heartbeat(calls - this.#reportedCalls))
        this.#reportedCalls = calls
        this.#apply(answer.settings)
        enrolment.refuse(answer.revoked ?? [])
        if (answer.renew) void this.#renew(connection, ending)
      } catch (error) {
        if (ending.signal.aborted) return
        logger.warn({ reason: (error as Error).message }, 'a heartbeat was not accepted')
        if (error instanceof ControlPlaneRefusal && error.status < 500) ending.abort(error)
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
      certificateExpiry: this.#options.enrolment.identity.expiry ?? '',
      degraded: this.#options.degraded(),
    }
  }

  #connect(url: string, introduction: Introduction): ControlPlaneConnection {
    const { enrolment } = this.#options
    return new ControlPlaneConnection({ url, introduction, enrolment, silence: SILENCE })
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
