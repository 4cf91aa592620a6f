import { isObject, UNKNOWN, type Value, type ValueObject } from '../wire/value.ts'
import type { Attribute, Block } from './schema.ts'

/** One attribute of a value, where it stands and what the matching place of another value holds. */
export interface AttributePlace {
  readonly path: readonly (string | number)[]
  readonly name: string
  readonly attribute: Attribute
  readonly value: Value
  /** Of the other value given; null where there is none. */
  readonly other: Value
  /** Within an element of a set, which has no identity but its values. */
  readonly inSet: boolean
}

/**
 * A value of the block with every attribute passed through `change`. `other`, such as the configuration, is walked along:
 * elements of blocks match by position, which they have in common when one was made from the other.
 */
export function mapAttributes(
  block: Block,
  value: ValueObject,
  other: Value,
  change: (place: AttributePlace) => Value,
  path: readonly (string | number)[] = [],
  inSet = false,
): ValueObject {
  const beside = isObject(other) ? other : {}
  const result: Record<string, Value> = {}
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const [held, other] = [value[name] ?? null, beside[name] ?? null]
    result[name] = change({ path: [...path, name], name, attribute, value: held, other, inSet })
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const inner = value[name] ?? null
    const innerBeside = beside[name] ?? null
    const step = (item: Value, itemBeside: Value, at: readonly (string | number)[]): Value => {
      return isObject(item)
        ? mapAttributes(nested.block, item, itemBeside, change, at, inSet || nested.nesting === 'set')
        : item
    }
    if (Array.isArray(inner)) {
      const items = inner as readonly Value[]
      const others = Array.isArray(innerBeside) ? (innerBeside as readonly Value[]) : []
      // Sets have no positions, so that a message about one names the whole.
      const at = (index: number) => (nested.nesting === 'set' ? [...path, name] : [...path, name, index])
      result[name] = items.map((item, index) => step(item, others[index] ?? null, at(index)))
    } else if (nested.nesting === 'map' && isObject(inner)) {
      const others = isObject(innerBeside) ? innerBeside : {}
      const items = Object.entries(inner).map(([key, item]) => {
        return [key, step(item, others[key] ?? null, [...path, name, key])] as const
      })
      result[name] = Object.fromEntries(items)
    } else if (nested.attribute && inner === null) {
      // Unset as a whole, which a block cannot be.
      result[name] = null
    } else {
      result[name] = nested.nesting === 'single' || inner === UNKNOWN ? step(inner, innerBeside, [...path, name]) : []
    }
  }
  return result
}

/** Every attribute of a value, nested ones included. */
export function attributePlaces(block: Block, value: Value): AttributePlace[] {
  const places: AttributePlace[] = []
  if (!isObject(value)) return places
  mapAttributes(block, value, null, (place) => {
    places.push(place)
    return place.value
  })
  return places
}
