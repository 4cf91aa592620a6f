import { ConfigurationHash, resourceHash } from '../../model/configuration-hash.ts'
import {
  DEFAULT_GROUP,
  groupOf,
  isKnown,
  kindOf,
  PUBLISHED_TYPES,
  type PublishedType,
  type ResourceValue,
  STORED_KINDS,
  type StoredResource,
  type StoredType,
  typeIn,
} from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'
import { Collection } from './collection.ts'

/** One resource put or removed. Indexes count changes of the whole store. */
export interface Change {
  readonly type: StoredType
  readonly id: string
  /** null removes. */
  readonly value: ResourceValue | null
  readonly createdIndex: number
  readonly modifiedIndex: number
  /** When it is to be removed, in milliseconds since 1970; null for never. */
  readonly expiresAt: number | null
}

export type HashedResource = StoredResource & { readonly hash: string }

/** The hash of one gateway group's configuration, carried along. */
class GroupHash {
  readonly #sum = new ConfigurationHash()
  #text: string | undefined

  add(kind: PublishedType, { id, hash }: HashedResource): void {
    this.#sum.add(kind, id, hash)
    this.#text = undefined
  }

  remove(kind: PublishedType, { id, hash }: HashedResource): void {
    this.#sum.remove(kind, id, hash)
    this.#text = undefined
  }

  get text(): string {
    this.#text ??= this.#sum.toString()
    return this.#text
  }

  copy(): GroupHash {
    const copy = new GroupHash()
    copy.#sum.assign(this.#sum)
    copy.#text = this.#text
    return copy
  }
}

/** Of a group in which nothing was ever stored. */
const EMPTY = new GroupHash().text

/** What is stored under one type, and, where data planes are given it, which group's hash it belongs to. */
interface Place {
  readonly collection: Collection<HashedResource>
  readonly kind: PublishedType | null
  readonly hash: GroupHash | null
}

/**
 * The whole configuration at one revision, in memory, with the hash of what data planes are given carried along for
 * each gateway group. A group has a place here once something was stored in it.
 */
export class Configuration implements ReadView {
  /** Whether whoever gave it knew every kind that this release knows; else there may be more in the database. */
  isWhole = true
  readonly #places = new Map<StoredType, Place>()
  readonly #hashes = new Map<string, GroupHash>()
  /** By type and id; mostly empty. */
  readonly #expiring = new Map<string, HashedResource>()

  constructor() {
    for (const type of STORED_KINDS) this.#open(type, new Collection())
  }

  get(type: StoredType, id: string): HashedResource | undefined {
    return this.#places.get(type)?.collection.byId.get(id)
  }

  list(type: StoredType): HashedResource[] {
    return this.#places.get(type)?.collection.list() ?? []
  }

  *all(): Iterable<HashedResource> {
    for (const { collection } of this.#places.values()) yield* collection.byId.values()
  }

  /** What data planes of a group are given. */
  *published(group: string = DEFAULT_GROUP): Iterable<readonly [PublishedType, HashedResource]> {
    for (const kind of PUBLISHED_TYPES) {
      const place = this.#places.get(typeIn(group, kind))
      for (const resource of place?.collection.byId.values() ?? []) yield [kind, resource]
    }
  }

  /** 64 hex digits over all that data planes of the group `default` are given. */
  get hash(): string {
    return this.hashOf(DEFAULT_GROUP)
  }

  /** 64 hex digits over all that data planes of a group are given. */
  hashOf(group: string): string {
    return this.#hashes.get(group)?.text ?? EMPTY
  }

  /** The same of each other group that holds, or held, something. */
  otherHashes(): Record<string, string> {
    const others = [...this.#hashes].filter(([group]) => group !== DEFAULT_GROUP)
    return Object.fromEntries(others.map(([group, { text }]) => [group, text]))
  }

  apply(change: Change): void {
    const place = this.#places.get(change.type) ?? this.#open(change.type, new Collection())
    // A newer release may have written types this one does not know; they are not lost, only not shown.
    if (!place) return
    const { collection, kind, hash } = place
    const before = collection.byId.get(change.id)
    if (before && kind) hash!.remove(kind, before)
    this.#expiring.delete(`${change.type}/${change.id}`)
    if (change.value === null) {
      collection.delete(change.id)
      return
    }
    const resource = { ...change, value: change.value, hash: resourceHash(change.value) }
    if (kind) hash!.add(kind, resource)
    collection.set(resource)
    if (change.expiresAt !== null) this.#expiring.set(`${change.type}/${change.id}`, resource)
  }

  hasExpired(now: number): boolean {
    for (const { expiresAt } of this.#expiring.values()) if (expiresAt! <= now) return true
    return false
  }

  /** What was to be removed by now. */
  expired(now: number): HashedResource[] {
    return [...this.#expiring.values()].filter(({ expiresAt }) => expiresAt! <= now)
  }

  copy(): Configuration {
    const copy = new Configuration()
    copy.isWhole = this.isWhole
    for (const [group, hash] of this.#hashes) copy.#hashes.set(group, hash.copy())
    for (const [type, { collection }] of this.#places) copy.#open(type, collection.copy())
    for (const [key, resource] of this.#expiring) copy.#expiring.set(key, resource)
    return copy
  }

  /** Makes a place for a type; undefined for one that this release does not know. */
  #open(type: StoredType, collection: Collection<HashedResource>): Place | undefined {
    if (!isKnown(type)) return undefined
    const group = groupOf(type)
    let hash = group === null ? null : this.#hashes.get(group)
    if (group !== null && !hash) {
      hash = new GroupHash()
      this.#hashes.set(group, hash)
    }
    const place = { collection, kind: group === null ? null : (kindOf(type) as PublishedType), hash: hash ?? null }
    this.#places.set(type, place)
    return place
  }
}
