import type { TerraformElement } from 'cdktf'
import type { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'

/**
 * Changes to the resources within a construct `C`: a function for each property that holds one, several in a list, or
 * several by name, and the same again for each construct within. It runs once everything is wired, right before
 * synthesis is possible, so what it sets wins.
 *
 * ```ts
 * transform: { fargate: { service: (service) => { service.enableExecuteCommand = true } } }
 * ```
 */
export type Transform<C> = {
  readonly [Key in keyof C as Changeable<C[Key]> extends never ? never : Key]?: Changeable<C[Key]>
}

type Changeable<V> =
  Item<NonNullable<V>> extends infer T
    ? [T] extends [never]
      ? never
      : T extends TerraformElement
        ? (resource: T, key: string) => void
        : T extends Construct
          ? Transform<T>
          : never
    : never

/** What a property holds: itself, an item of a list, or a value by name. */
type Item<V> = V extends Construct
  ? V
  : V extends readonly (infer T)[]
    ? T
    : V extends (...input: never[]) => unknown
      ? never
      : string extends keyof V
        ? V[keyof V]
        : never

type Change = (resource: unknown, key: string) => void

/**
 * Carries out the changes that the user of a construct asked for; the last step of its constructor.
 *
 * @throws AntipodeError CONSTRUCT_INVALID for a property that this construct does not have, or not as configured
 */
export function transform(construct: Construct, changes: object | undefined): void {
  for (const [property, change] of Object.entries(changes ?? {}) as [string, Change | object][]) {
    const held = construct[property as keyof Construct] as unknown
    if (held === undefined) {
      const problem = 'is not there as this construct is configured; remove it, or configure what it should change'
      throw invalidProp(construct, `transform.${property}`, problem)
    }
    for (const [key, item] of itemsOf(held)) {
      if (typeof change === 'function') change(item, key)
      else transform(item, change)
    }
  }
}

function itemsOf(held: unknown): [string, Construct][] {
  if (Array.isArray(held)) return held.map((item, index) => [`${index}`, item])
  if (typeof held === 'object' && held !== null && 'node' in held) return [['', held as Construct]]
  return Object.entries(held as Record<string, Construct>)
}
