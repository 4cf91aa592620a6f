import { ConfigurationHash, resourceHash } from '../../model/configuration-hash.ts'
import type { DeltaFrame, FramedResource, MarkFrame, SnapshotFrame } from '../../model/frame.ts'
import type { PublishedType, ResourceValue } from '../../model/resource.ts'
import { compareVersions, formatVersion, type Version } from '../../model/version.ts'
import { FrameRefusal } from './frame-refusal.ts'

export type ConfigurationFrame = SnapshotFrame | DeltaFrame | MarkFrame

/** A resource that is new or different, or, without a value, gone. */
export interface ResourceChange {
  readonly type: PublishedType
  readonly id: string
  readonly value: ResourceValue | undefined
}

/** The newest version this data plane has ever held, and of which lineage. */
export interface HighestVersion {
  readonly lineage: string
  readonly version: Version
}

/**
 * The configuration as it was received, whether or not all of it can be served.
 *
 * Of a frame everything is taken in or nothing. Versions only go forward: what is older than the highest ever held is
 * refused, whoever offers it, and so is another lineage, which only an operator may choose by emptying the cache.
 */
export class HeldConfiguration {
  readonly #group: string
  readonly #resources = new Map<string, FramedResource>()
  readonly #hash = new ConfigurationHash()
  #highest: HighestVersion | undefined
  #version: Version | undefined

  constructor(group: string, highest?: HighestVersion) {
    this.#group = group
    this.#highest = highest
  }

  get lineage(): string | undefined {
    return this.#highest?.lineage
  }

  /** Undefined until a first frame was taken in. */
  get version(): Version | undefined {
    return this.#version
  }

  get hash(): string | undefined {
    return this.#version && this.#hash.toString()
  }

  get highest(): HighestVersion | undefined {
    return this.#highest
  }

  /** Takes into account what was held before the last restart. @throws FrameRefusal foreign */
  raiseHighest(highest: HighestVersion): void {
    if (this.#highest && this.#highest.lineage !== highest.lineage) {
      throw new FrameRefusal(
        'foreign',
        `lineage ${this.#highest.lineage} is not ${highest.lineage}, which was served here`,
      )
    }
    if (!this.#highest || compareVersions(highest.version, this.#highest.version) > 0) this.#highest = highest
  }

  /** Everything held, as changes to nothing. */
  all(): ResourceChange[] {
    return [...this.#resources.values()]
  }

  /**
   * Refuses a frame that must not be followed. Nothing is changed.
   * @returns false when what it leads to is held already
   * @throws FrameRefusal foreign, stale, gap
   */
  check(frame: ConfigurationFrame): boolean {
    if (frame.group !== this.#group) {
      throw new FrameRefusal('foreign', `a frame for group ${frame.group}, not ${this.#group}`)
    }
    const highest = this.#highest
    if (highest && frame.lineage !== highest.lineage) {
      throw new FrameRefusal('foreign', `lineage ${frame.lineage} is not ${highest.lineage}, which is served here`)
    }
    if (highest && compareVersions(frame.version, highest.version) < 0) {
      const [offered, held] = [formatVersion(frame.version), formatVersion(highest.version)]
      throw new FrameRefusal('stale', `${frame.region} offers ${offered}, older than ${held}`)
    }
    if (this.#version && compareVersions(frame.version, this.#version) === 0) {
      if (frame.hash === this.hash) return false
      throw new FrameRefusal('mismatch', `${formatVersion(frame.version)} is held with another content`)
    }
    if (frame.kind === 'delta' && (!this.#version || compareVersions(frame.from, this.#version) !== 0)) {
      throw new FrameRefusal('gap', `a change of ${formatVersion(frame.from)}, which is not held`)
    }
    if (frame.kind === 'mark' && !this.#version) throw new FrameRefusal('gap', 'a mark, but nothing is held')
    return true
  }

  /**
   * Takes a frame in that `check` has let through.
   * @returns what changed
   * @throws FrameRefusal mismatch; nothing is changed then
   */
  take(frame: ConfigurationFrame): ResourceChange[] {
    const changes = this.#changesOf(frame)
    const before = changes.map(({ type, id }) => this.#resources.get(keyOf(type, id)))
    for (const [index, change] of changes.entries()) this.#replace(before[index], change.framed)
    if (this.#hash.toString() !== frame.hash) {
      for (const [index, change] of changes.entries()) this.#replace(change.framed, before[index])
      throw new FrameRefusal(
        'mismatch',
        `the content of ${formatVersion(frame.version)} has another hash than promised`,
      )
    }
    this.#version = frame.version
    this.#highest = { lineage: frame.lineage, version: frame.version }
    return changes.map(({ type, id, framed }) => ({ type, id, value: framed?.value }))
  }

  #changesOf(frame: ConfigurationFrame): { type: PublishedType; id: string; framed: FramedResource | undefined }[] {
    if (frame.kind === 'mark') return []
    const changes = frame.resources.map(({ type, id, value }) => {
      return { type, id, framed: { type, id, value, hash: resourceHash(value) } as FramedResource | undefined }
    })
    if (frame.kind === 'delta') return [...changes, ...frame.removals.map((gone) => ({ ...gone, framed: undefined }))]
    const kept = new Set(frame.resources.map(({ type, id }) => keyOf(type, id)))
    const gone = this.all().filter(({ type, id }) => !kept.has(keyOf(type, id)))
    const different = changes.filter(({ type, id, framed }) => {
      return this.#resources.get(keyOf(type, id))?.hash !== framed?.hash
    })
    return [...different, ...gone.map(({ type, id }) => ({ type, id, framed: undefined }))]
  }

  #replace(before: FramedResource | undefined, after: FramedResource | undefined): void {
    if (before) {
      this.#hash.remove(before.type, before.id, before.hash)
      this.#resources.delete(keyOf(before.type, before.id))
    }
    if (after) {
      this.#hash.add(after.type, after.id, after.hash)
      this.#resources.set(keyOf(after.type, after.id), after)
    }
  }
}

function keyOf(type: PublishedType, id: string): string {
  return `${type}/${id}`
}
