import { ConfigurationHash, resourceHash } from '../../model/configuration-hash.ts'
import {
  INTERNAL_TYPES,
  isPublished,
  RESOURCE_TYPES,
  type ResourceType,
  type ResourceValue,
  type StoredResource,
  type StoredType,
} from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'

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
/** One that data planes are given. */
export type PublishedResource = HashedResource & { readonly type: ResourceType }

/** Resources of one type by id, with their ids kept in the order of code points, so that listing sorts nothing. */
class Collection {
  readonly byId: Map<string, HashedResource>
  readonly #ids: string[]

  constructor(byId = new Map<string, HashedResource>(), ids: string[] = []) {
    this.byId = byId
    this.#ids = ids
  }

  set(resource: HashedResource): void {
    if (!this.byId.has(resource.id)) this.#ids.splice(this.#place(resource.id), 0, resource.id)
    this.byId.set(resource.id, resource)
  }

  delete(id: string): void {
    if (this.byId.delete(id)) this.#ids.splice(this.#place(id), 1)
  }

  list(): HashedResource[] {
    return this.#ids.map((id) => this.byId.get(id)!)
  }

  copy(): Collection {
    return new Collection(new Map(this.byId), [...this.#ids])
  }

  /** Where the id is, or belongs. */
  #place(id: string): number {
    let low = 0
    let high = this.#ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ids[middle]! < id) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The whole configuration at one revision, in memory, with the hash of what data planes are given carried along. */
export class Configuration implements ReadView {
  readonly #collections: Map<StoredType, Collection>
  readonly #hash = new ConfigurationHash()
  /** By type and id; mostly empty. */
  readonly #expiring = new Map<string, HashedResource>()
  #hashText: string | undefined

  constructor(
    collections = new Map<StoredType, Collection>(
      [...RESOURCE_TYPES, ...INTERNAL_TYPES].map((type) => [type, new Collection()]),
    ),
  ) {
    this.#collections = collections
  }

  get(type: StoredType, id: string): HashedResource | undefined {
    return this.#collections.get(type)?.byId.get(id)
  }

  list(type: StoredType): HashedResource[] {
    return this.#collections.get(type)?.list() ?? []
  }

  *all(): Iterable<HashedResource> {
    for (const { byId } of this.#collections.values()) yield* byId.values()
  }

  /** What data planes are given. */
  *published(): Iterable<PublishedResource> {
    for (const type of RESOURCE_TYPES) yield* this.#collections.get(type)!.byId.values() as Iterable<PublishedResource>
  }

  /** 64 hex digits over all that data planes are given. */
  get hash(): string {
    this.#hashText ??= this.#hash.toString()
    return this.#hashText
  }

  apply(change: Change): void {
    const collection = this.#collections.get(change.type)
    // A newer release may have written types this one does not know; they are not lost, only not shown.
    if (!collection) return
    const before = collection.byId.get(change.id)
    if (before && isPublished(change.type)) this.#hash.remove(change.type, change.id, before.hash)
    this.#expiring.delete(`${change.type}/${change.id}`)
    if (change.value === null) {
      collection.delete(change.id)
    } else {
      const hash = resourceHash(change.value)
      if (isPublished(change.type)) this.#hash.add(change.type, change.id, hash)
      const resource = { ...change, value: change.value, hash }
      collection.set(resource)
      if (change.expiresAt !== null) this.#expiring.set(`${change.type}/${change.id}`, resource)
    }
    this.#hashText = undefined
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
    const copy = new Configuration(new Map([...this.#collections].map(([type, all]) => [type, all.copy()])))
    copy.#hash.assign(this.#hash)
    for (const [key, resource] of this.#expiring) copy.#expiring.set(key, resource)
    return copy
  }
}
