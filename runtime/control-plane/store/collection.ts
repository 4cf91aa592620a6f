import type { StoredResource } from '../../model/resource.ts'

/**
 * Resources of one type by id, listed in the order of their ids. What is added waits unsorted until somebody lists, so
 * that adding costs the same however many there are; listing then merges it in, and sorts nothing twice.
 */
export class Collection<Resource extends Pick<StoredResource, 'id'>> {
  readonly byId: Map<string, Resource>
  /** In order; may still name some that are gone. */
  #sorted: readonly string[]
  /** Not among the sorted ones, or only as what was there before it was removed. */
  readonly #added = new Set<string>()
  #isStale = false

  constructor(byId = new Map<string, Resource>(), sorted: readonly string[] = []) {
    this.byId = byId
    this.#sorted = sorted
  }

  set(resource: Resource): void {
    if (!this.byId.has(resource.id)) this.#added.add(resource.id)
    this.byId.set(resource.id, resource)
  }

  delete(id: string): void {
    if (this.byId.delete(id) && !this.#added.delete(id)) this.#isStale = true
  }

  list(): Resource[] {
    return this.#ids().map((id) => this.byId.get(id)!)
  }

  copy(): Collection<Resource> {
    return new Collection(new Map(this.byId), this.#ids())
  }

  #ids(): readonly string[] {
    const kept = this.#isStale ? this.#sorted.filter((id) => this.byId.has(id) && !this.#added.has(id)) : this.#sorted
    if (this.#added.size > 0 || this.#isStale) this.#sorted = merge(kept, [...this.#added].sort())
    this.#added.clear()
    this.#isStale = false
    return this.#sorted
  }
}

/** Of two lists in order one in order. */
function merge(one: readonly string[], other: readonly string[]): readonly string[] {
  if (other.length === 0) return one
  const merged: string[] = []
  let at = 0
  for (const id of one) {
    while (at < other.length && other[at]! < id) merged.push(other[at++]!)
    merged.push(id)
  }
  while (at < other.length) merged.push(other[at++]!)
  return merged
}
