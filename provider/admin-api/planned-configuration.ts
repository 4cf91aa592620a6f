import type { ResourceType } from '../../runtime/model/resource.ts'

/**
 * What this run of Terraform has seen and planned so far. Terraform plans resource by resource, each after those it
 * depends on, and makes no call at the end: whether something will exist is known once it was planned.
 */
export class PlannedConfiguration {
  readonly #planned = new Map<string, 'kept' | 'deleted'>()
  readonly #known = new Set<string>()

  /** It is in the state: whoever plans it anew replaces it. */
  know(type: ResourceType, id: string): void {
    this.#known.add(keyOf(type, id))
  }

  isKnown(type: ResourceType, id: string): boolean {
    return this.#known.has(keyOf(type, id))
  }

  keep(type: ResourceType, id: string): void {
    this.#planned.set(keyOf(type, id), 'kept')
  }

  delete(type: ResourceType, id: string): void {
    this.#planned.set(keyOf(type, id), 'deleted')
  }

  /** Undefined: nothing is planned, so that what counts is what is there. */
  outcome(type: ResourceType, id: string): 'kept' | 'deleted' | undefined {
    return this.#planned.get(keyOf(type, id))
  }
}

function keyOf(type: ResourceType, id: string): string {
  return `${type}/${id}`
}
