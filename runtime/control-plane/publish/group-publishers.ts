import type { DataPlaneSettings } from '../../model/frame.ts'
import { DEFAULT_GROUP, groupOf } from '../../model/resource.ts'
import type { Version } from '../../model/version.ts'
import type { Configuration } from '../store/configuration.ts'
import type { Publication } from '../store/sequencer.ts'
import type { FrameSigner } from './frame-signer.ts'
import { Publisher } from './publisher.ts'

export interface GroupPublishersOptions {
  readonly region: string
  readonly signer: FrameSigner
  /** Of a group, as they are now; said anew by `saySettings`. */
  readonly settings: (group: string) => DataPlaneSettings
}

interface Shown {
  readonly configuration: Configuration
  readonly lineage: string
  version: Version
}

/**
 * How late a revision that changes nothing in a group may reach its data planes, in milliseconds: so that a busy group
 * does not make every other one sign a mark for each of its revisions.
 */
const MARK_WITHIN = 100

/**
 * One publisher for each gateway group that data planes of which have called: each group has its own snapshot, deltas
 * and hash, over the one line of revisions that the database has.
 */
export class GroupPublishers {
  readonly #options: GroupPublishersOptions
  readonly #byGroup = new Map<string, Publisher>()
  /** Groups that have not been told of the newest version, because nothing of theirs changed. */
  readonly #unmarked = new Set<string>()
  #marking: NodeJS.Timeout | undefined
  #shown: Shown | undefined

  constructor(options: GroupPublishersOptions) {
    this.#options = options
    this.#open(DEFAULT_GROUP)
  }

  /** The publisher of a group; whoever asks has made sure that there is such a group. */
  of(group: string): Publisher {
    return this.#byGroup.get(group) ?? this.#open(group)
  }

  /** A whole configuration, as after a start or a change of role. */
  show(configuration: Configuration, lineage: string, version: Version): void {
    this.#shown = { configuration, lineage, version }
    this.#unmarked.clear()
    for (const publisher of this.#byGroup.values()) publisher.show(configuration, lineage, version)
  }

  /** The configuration last shown has been brought forward by these changes. */
  advance(publication: Publication): void {
    if (this.#shown) this.#shown.version = publication.version
    const changed = new Set(publication.changes.map(({ type }) => groupOf(type)))
    for (const [group, publisher] of this.#byGroup) {
      if (changed.has(group) || group === DEFAULT_GROUP) {
        this.#unmarked.delete(group)
        publisher.advance(publication)
      } else this.#unmarked.add(group)
    }
    if (this.#unmarked.size > 0) this.#marking ??= setTimeout(() => this.#mark(), MARK_WITHIN)
    this.#followGroups(publication)
  }

  keepAlive(): void {
    for (const publisher of this.#byGroup.values()) publisher.keepAlive()
  }

  /** To every data plane, since they have changed. */
  saySettings(): void {
    for (const publisher of this.#byGroup.values()) publisher.saySettings()
  }

  sayGoodbye(reason: string): void {
    clearTimeout(this.#marking)
    for (const publisher of this.#byGroup.values()) publisher.sayGoodbye(reason)
  }

  #open(group: string): Publisher {
    const { region, signer, settings } = this.#options
    const publisher = new Publisher({ group, region, signer, settings: () => settings(group) })
    this.#byGroup.set(group, publisher)
    if (this.#shown) publisher.show(this.#shown.configuration, this.#shown.lineage, this.#shown.version)
    return publisher
  }

  #mark(): void {
    this.#marking = undefined
    const { version } = this.#shown!
    for (const group of this.#unmarked) this.#byGroup.get(group)?.advance({ version, changes: [] })
    this.#unmarked.clear()
  }

  /** Data planes of a deleted group are sent away; those of a group whose settings changed are told. */
  #followGroups({ changes }: Publication): void {
    for (const { type, id, value } of changes) {
      if (type === 'gateway_groups' && value === null)
        this.#byGroup.get(id)?.sayGoodbye('its gateway group was deleted')
      if (type === 'service_registries') this.#byGroup.get(id.slice(0, id.indexOf('/')))?.saySettings()
    }
  }
}
