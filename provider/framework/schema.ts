import type { Json, Type } from './values.ts'

/** What may be written into a resource, a data source or the provider itself, and what is told of it. */
interface AttributeFlags {
  /** Markdown: what it is, its unit, its bounds. */
  readonly description: string
  /**
   * Who gives the value. `computed` with `optional`: the provider where the configuration does not. `volatile`: computed
   * anew with every change.
   */
  readonly presence: 'required' | 'optional' | 'optional-computed' | 'computed' | 'volatile'
  /** Planned where nothing is written; needs `optional-computed`. */
  readonly default?: Json
  /** Never shown in plans and outputs, but kept in the state. */
  readonly sensitive?: boolean
  /** Handed on and kept in no plan and no state. */
  readonly writeOnly?: boolean
  /** Another value means another resource. */
  readonly replaces?: boolean
  readonly deprecated?: boolean
  /** Whether two values, in JSON, mean the same although they differ. */
  readonly meansTheSame?: (left: Json, right: Json) => boolean
}

export interface PlainAttribute extends AttributeFlags {
  readonly type: Type
}

export interface NestedAttribute extends AttributeFlags {
  readonly nesting: 'single' | 'list' | 'set' | 'map'
  readonly attributes: Attributes
}

export type Attribute = PlainAttribute | NestedAttribute
export type Attributes = Readonly<Record<string, Attribute>>

export interface Schema {
  /** Markdown. */
  readonly description: string
  /** Of the state; counted up with every change that needs `upgrade`. @default 0 */
  readonly version?: number
  readonly attributes: Attributes
}

export function isNested(attribute: Attribute): attribute is NestedAttribute {
  return 'nesting' in attribute
}

/** The type of an object with these attributes. */
export function objectType(attributes: Attributes): Type {
  const known = objectTypes.get(attributes)
  if (known) return known
  const fields = Object.entries(attributes).map(([name, attribute]) => [name, attributeType(attribute)] as const)
  const type: Type = ['object', Object.fromEntries(fields)]
  objectTypes.set(attributes, type)
  return type
}

const objectTypes = new WeakMap<Attributes, Type>()

export function attributeType(attribute: Attribute): Type {
  if (!isNested(attribute)) return attribute.type
  const inner = objectType(attribute.attributes)
  return attribute.nesting === 'single' ? inner : [attribute.nesting, inner]
}
