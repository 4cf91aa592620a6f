import type { DataPlaneSettings, FramedResource } from '../../model/frame.ts'
import { groupOf, kindOf, type PublishedType, typeIn } from '../../model/resource.ts'
import { compareVersions, type Version } from '../../model/version.ts'
import type { Configuration, HashedResource } from '../store/configuration.ts'
import type { Publication } from '../store/sequencer.ts'
import { type FrameSigner, KEEP_ALIVE, type SealedFrame } from './frame-signer.ts'

/** What a data plane says it holds when it connects. */
export interface Held {
  readonly lineage: string
  readonly version: Version
  readonly hash: string
}

/** One open `/sync` stream. `send` returns false when the stream is full; `onRoom` is then called once it drained. */
export interface Subscriber {
  send(frame: SealedFrame): boolean
}

interface Subscription extends Subscriber {
  held: Held | undefined
  full: boolean
}

interface Key {
  readonly type: PublishedType
  readonly id: string
}

/** A step of history: what led from one published version to the next. */
interface Step {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly from: Version
  readonly fromHash: string
  readonly keys: readonly Key[]
}

/** What data planes of a group are offered. */
export interface Offer {
  readonly lineage: string | undefined
  readonly version: Version | undefined
  /**
   * Since when something newer than a version is offered, in milliseconds since 1970; as far back as is remembered.
   * Without a version: since when the newest is.
   */
  newerSince(version: Version | null): number
}

/** A published version of a group, as one frame. */
export interface PublishedSnapshot {
  readonly lineage: string
  readonly version: Version
  /** Of the group's whole configuration. */
  readonly hash: string
  /** Milliseconds since 1970. */
  readonly publishedAt: number
  /** The newest, built where it is asked for. */
  frame(): SealedFrame
}

export interface PublisherOptions {
  readonly group: string
  readonly region: string
  readonly signer: FrameSigner
  /** As they are now; said anew by `saySettings`. */
  readonly settings: () => DataPlaneSettings
}

/** Steps kept, so that a data plane which was away for a while gets what it missed and not everything. */
const HISTORY = 1_000

/**
 * Hands confirmed revisions to the data planes of one gateway group.
 *
 * Revisions that are confirmed in one turn of the event loop leave as one delta. Each frame is built, signed and
 * compressed once per version and shared. A subscriber whose stream is full gets nothing more until it drained, then
 * one delta over all it missed.
 */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #subscriptions = new Set<Subscription>()
  readonly #steps: Step[] = []
  readonly #frames = new Map<string, SealedFrame>()
  #lineage: string | undefined
  #configuration: Configuration | undefined
  #published: { version: Version; hash: string } | undefined
  #version: Version | undefined
  #changed: Key[] = []
  #due = false
  #publishedAt = Date.now()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  get version(): Version | undefined {
    return this.#published?.version
  }

  /** When the newest version was published, in milliseconds since 1970. */
  get publishedAt(): number {
    return this.#publishedAt
  }

  /** What data planes are offered now. */
  get offer(): Offer {
    return {
      lineage: this.#lineage,
      version: this.#published?.version,
      newerSince: (version) => {
        const step = version && this.#steps.find(({ from }) => compareVersions(from, version) >= 0)
        return step?.at ?? this.#publishedAt
      },
    }
  }

  /** Everything at the newest version, as the one frame that whoever holds nothing is sent; undefined before the first. */
  get snapshot(): PublishedSnapshot | undefined {
    if (!this.#published || this.#lineage === undefined) return undefined
    const { publishedAt } = this
    return { lineage: this.#lineage, ...this.#published, publishedAt, frame: () => this.#frameSince(undefined) }
  }

  /** A whole configuration, as after a start or a change of role; history goes on where the lineage is the same. */
  show(configuration: Configuration, lineage: string, version: Version): void {
    const before = this.#lineage === lineage ? this.#configuration : undefined
    if (before) {
      const { group } = this.#options
      for (const [type, { id, hash }] of before.published(group)) {
        if (configuration.get(typeIn(group, type), id)?.hash !== hash) this.#changed.push({ type, id })
      }
      for (const [type, { id }] of configuration.published(group)) {
        if (!before.get(typeIn(group, type), id)) this.#changed.push({ type, id })
      }
    } else {
      this.#steps.length = 0
      this.#published = undefined
    }
    this.#lineage = lineage
    this.#configuration = configuration
    this.#version = version
    this.#schedule()
  }

  /** The configuration last shown has been brought forward by these changes; those of other groups are passed over. */
  advance(publication: Publication): void {
    this.#version = publication.version
    for (const { type, id } of publication.changes) {
      if (groupOf(type) === this.#options.group) this.#changed.push({ type: kindOf(type) as PublishedType, id })
    }
    this.#schedule()
  }

  /** Opens a stream: settings first, then what is missing. @returns what to call when it drained, and when it closed */
  subscribe(subscriber: Subscriber, held: Held | undefined): { onDrain(): void; close(): void } {
    const subscription: Subscription = { send: (frame) => subscriber.send(frame), held, full: false }
    this.#subscriptions.add(subscription)
    subscription.send(this.#settings())
    this.#bringForward(subscription)
    return {
      onDrain: () => {
        subscription.full = false
        this.#bringForward(subscription)
      },
      close: () => this.#subscriptions.delete(subscription),
    }
  }

  keepAlive(): void {
    for (const subscription of this.#subscriptions) if (!subscription.full) subscription.send(KEEP_ALIVE)
  }

  /** To every data plane, since they have changed. */
  saySettings(): void {
    const frame = this.#settings()
    for (const subscription of this.#subscriptions) subscription.send(frame)
  }

  sayGoodbye(reason: string): void {
    const frame = this.#options.signer.seal({ kind: 'goodbye', reason, reconnectAfter: 1 })
    for (const subscription of this.#subscriptions) subscription.send(frame)
  }

  #settings(): SealedFrame {
    return this.#options.signer.seal({ kind: 'settings', settings: this.#options.settings() })
  }

  #schedule(): void {
    if (this.#due) return
    this.#due = true
    setImmediate(() => {
      this.#due = false
      this.#publish()
    })
  }

  #publish(): void {
    const version = this.#version!
    const hash = this.#configuration!.hashOf(this.#options.group)
    if (this.#published) {
      const { version: from, hash: fromHash } = this.#published
      this.#steps.push({ at: Date.now(), from, fromHash, keys: this.#changed })
      if (this.#steps.length > HISTORY) this.#steps.shift()
    }
    this.#changed = []
    this.#published = { version, hash }
    this.#publishedAt = Date.now()
    this.#frames.clear()
    for (const subscription of this.#subscriptions) this.#bringForward(subscription)
  }

  #bringForward(subscription: Subscription): void {
    const current = this.#published
    if (!current || !this.#lineage || subscription.full) return
    const { held } = subscription
    // Whoever holds something newer than this control plane knows must not be led back.
    if (held?.lineage === this.#lineage) {
      const order = compareVersions(held.version, current.version)
      if (order > 0 || (order === 0 && held.hash === current.hash)) return
    }
    const frame = this.#frameSince(held)
    subscription.held = { lineage: this.#lineage, version: current.version, hash: current.hash }
    subscription.full = !subscription.send(frame)
  }

  /** One frame from what is held to what is current: built once, however many hold the same. */
  #frameSince(held: Held | undefined): SealedFrame {
    const start = held && held.lineage === this.#lineage ? this.#stepFrom(held) : -1
    const key = start < 0 ? 'snapshot' : String(start)
    let frame = this.#frames.get(key)
    if (!frame) {
      frame = start < 0 ? this.#snapshot() : this.#delta(start)
      this.#frames.set(key, frame)
    }
    return frame
  }

  #stepFrom(held: Held): number {
    return this.#steps.findLastIndex((s) => compareVersions(s.from, held.version) === 0 && s.fromHash === held.hash)
  }

  #snapshot(): SealedFrame {
    const resources = Array.from(this.#configuration!.published(this.#options.group), framed)
    return this.#options.signer.seal({ kind: 'snapshot', ...this.#heading(), resources })
  }

  #delta(start: number): SealedFrame {
    const { from } = this.#steps[start]!
    const keys = new Map(this.#steps.slice(start).flatMap((s) => s.keys.map((key) => [`${key.type}/${key.id}`, key])))
    const resources: FramedResource[] = []
    const removals: Key[] = []
    for (const { type, id } of keys.values()) {
      const resource = this.#configuration!.get(typeIn(this.#options.group, type), id)
      if (resource) resources.push(framed([type, resource]))
      else removals.push({ type, id })
    }
    if (resources.length === 0 && removals.length === 0) {
      return this.#options.signer.seal({ kind: 'mark', ...this.#heading() })
    }
    return this.#options.signer.seal({ kind: 'delta', ...this.#heading(), from, resources, removals })
  }

  #heading() {
    const { group, region } = this.#options
    const { version, hash } = this.#published!
    return { lineage: this.#lineage!, group, region, version, hash }
  }
}
function framed([type, { id, value, hash }]: readonly [PublishedType, HashedResource]): FramedResource {
  return { type, id, value, hash }
}
