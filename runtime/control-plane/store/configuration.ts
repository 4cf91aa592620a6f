import { ConfigurationHash, resourceHash } from '../../model/configuration-hash.ts'
import { RESOURCE_TYPES, type ResourceType, type ResourceValue, type StoredResource } from '../../model/resource.ts'
import type { ReadView } from '../configuration-store.ts'

/** One resource put or removed. Indexes count changes of the whole store. */
export interface Change {
  readonly type: ResourceType
  readonly id: string
  /** null removes. */
  readonly value: ResourceValue | null
  readonly createdIndex: number
  readonly modifiedIndex: number
}

export type HashedResource = StoredResource & { readonly hash: string }

/** The whole configuration at one revision, in memory, with its hash carried along. */
export class Configuration implements ReadView {
  readonly #byType = new Map<ResourceType, Map<string, HashedResource>>(RESOURCE_TYPES.map((type) => [type, new Map()]))
  readonly #hash = new ConfigurationHash()
  #hashText: string | undefined

  get(type: ResourceType, id: string): HashedResource | undefined {
    return this.#byType.get(type)?.get(id)
  }

  list(type: ResourceType): HashedResource[] {
    return [...(this.#byType.get(type)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  *all(): Iterable<HashedResource> {
    for (const resources of this.#byType.values()) yield* resources.values()
  }

  /** 64 hex digits over all resources. */
  get hash(): string {
    this.#hashText ??= this.#hash.toString()
    return this.#hashText
  }

  apply(change: Change): void {
    const resources = this.#byType.get(change.type)
    // A newer release may have written types this one does not know; they are not lost, only not shown.
    if (!resources) return
    const before = resources.get(change.id)
    if (before) this.#hash.remove(change.type, change.id, before.hash)
    if (change.value === null) {
      resources.delete(change.id)
    } else {
      const hash = resourceHash(change.value)
      this.#hash.add(change.type, change.id, hash)
      resources.set(change.id, { ...change, value: change.value, hash })
    }
    this.#hashText = undefined
  }

  copy(): Configuration {
    const copy = new Configuration()
    for (const resource of this.all()) {
      copy.#byType.get(resource.type)?.set(resource.id, resource)
    }
    copy.#hash.assign(this.#hash)
    return copy
  }
}
