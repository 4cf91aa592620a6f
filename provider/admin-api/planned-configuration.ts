import { textsIn, type Value } from '../framework/values.ts'

/**
 * What this run of Terraform has seen and planned so far. Terraform plans resource by resource, each after those it
 * depends on, and makes no call at the end: whether something will exist is known once it was planned.
 */
export class PlannedConfiguration {
  readonly #planned = new Map<string, 'kept' | 'deleted'>()
  readonly #configs = new Map<string, Value>()
  readonly #known = new Set<string>()
  #progress = 0

  /** Goes up with everything that is seen or planned. */
  get progress(): number {
    return this.#progress
  }

  /** It is in the state: whoever plans it anew replaces it. */
  know(type: string, id: string): void {
    this.#progress += 1
    this.#known.add(keyOf(type, id))
  }

  isKnown(type: string, id: string): boolean {
    return this.#known.has(keyOf(type, id))
  }

  /** @param config what it will be, as far as that is known. @default nobody knows */
  keep(type: string, id: string, config: Value = null): void {
    this.#progress += 1
    this.#planned.set(keyOf(type, id), 'kept')
    this.#configs.set(keyOf(type, id), config)
  }

  /** Whether something that is kept names an id, anywhere in it. */
  names(type: string, id: string, named: string): boolean {
    return textsIn(this.#configs.get(keyOf(type, id)) ?? null).includes(named)
  }

  delete(type: string, id: string): void {
    this.#progress += 1
    this.#planned.set(keyOf(type, id), 'deleted')
  }

  /** Undefined: nothing is planned, so that what counts is what is there. */
  outcome(type: string, id: string): 'kept' | 'deleted' | undefined {
    return this.#planned.get(keyOf(type, id))
  }
}

function keyOf(type: string, id: string): string {
  return `${type}/${id}`
}
