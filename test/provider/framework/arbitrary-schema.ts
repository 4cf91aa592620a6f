import fc from 'fast-check'
import { planChange } from '../../../provider/framework/planner.ts'
import { type Attribute, type Attributes, attributeType, isNested } from '../../../provider/framework/schema.ts'
import { type Type, toDynamic, UNKNOWN, type Value, type ValueObject } from '../../../provider/framework/values.ts'

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/)
const scalar = fc.constantFrom<Type>(
  'string',
  'number',
  'bool',
  'dynamic',
  ['list', 'string'],
  ['set', 'number'],
  ['map', 'bool'],
)
const presence = fc.constantFrom('required', 'optional', 'optional-computed', 'computed', 'volatile')

const plain: fc.Arbitrary<Attribute> = fc
  .record({ type: scalar, presence, replaces: fc.boolean(), secret: fc.boolean() })
  .map(({ type, presence, replaces, secret }) => {
    const writeOnly = secret && (presence === 'required' || presence === 'optional')
    return { description: '', type, presence, ...(replaces && { replaces }), ...(writeOnly && { writeOnly }) }
  })

export const { attributes } = fc.letrec<{ attributes: Attributes; attribute: Attribute }>((tie) => ({
  attributes: fc.dictionary(name, tie('attribute'), { minKeys: 1, maxKeys: 4 }),
  attribute: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain,
    fc
      .record({
        attributes: tie('attributes'),
        nesting: fc.constantFrom('single', 'list', 'map'),
        required: fc.boolean(),
      })
      .map(({ attributes, nesting, required }): Attribute => {
        return { description: '', attributes, nesting, presence: required ? 'required' : 'optional' }
      }),
  ),
}))

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }))
const json = fc.jsonValue({ noUnicodeString: true, maxDepth: 2 })

/** A value of a type, as Terraform might send it. */
export function anyOf(type: Type): fc.Arbitrary<Value> {
  if (type === 'string') return fc.string()
  if (type === 'number') return number.map((value) => (Object.is(value, -0) ? 0 : value))
  if (type === 'bool') return fc.boolean()
  if (type === 'dynamic') return json.map((value) => toDynamic(JSON.parse(JSON.stringify(value))))
  const [kind, inner] = type
  if (kind === 'map') return fc.dictionary(name, anyOf(inner), { maxKeys: 3 })
  if (kind === 'set') return fc.uniqueArray(anyOf(inner), { maxLength: 3 })
  if (kind === 'list') return fc.array(anyOf(inner), { maxLength: 3 })
  if (kind === 'tuple') return fc.tuple(...inner.map(anyOf))
  return fc.record(Object.fromEntries(Object.entries(inner).map(([field, own]) => [field, anyOf(own)])))
}

/** What somebody may have written: nothing for what is computed, something for what is required. */
export function configOf(attributes: Attributes): fc.Arbitrary<ValueObject> {
  const fields = Object.entries(attributes).map(([field, attribute]) => [field, writtenOf(attribute)] as const)
  return fc.record(Object.fromEntries(fields))
}

function writtenOf(attribute: Attribute): fc.Arbitrary<Value> {
  if (attribute.presence === 'computed' || attribute.presence === 'volatile') return fc.constant(null)
  const value = isNested(attribute) ? nestedOf(attribute) : anyOf(attributeType(attribute))
  const maybeUnknown = fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constant<Value>(UNKNOWN) })
  return attribute.presence === 'required' ? maybeUnknown : fc.option(maybeUnknown, { freq: 3 })
}

function nestedOf({ nesting, attributes }: Extract<Attribute, { nesting: unknown }>): fc.Arbitrary<Value> {
  const one = configOf(attributes)
  if (nesting === 'single') return one
  return nesting === 'map' ? fc.dictionary(name, one, { maxKeys: 3 }) : fc.array(one, { maxLength: 3 })
}

/** A schema with a state that some configuration led to, and another configuration. */
export const change = attributes.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    config: configOf(schema),
    prior: fc.option(configOf(schema).map((config) => planChange(schema, null, config).planned)),
  }),
)
