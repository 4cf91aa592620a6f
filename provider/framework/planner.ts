import type { Path } from './problem.ts'
import {
  type Attribute,
  type Attributes,
  attributeType,
  isNested,
  type NestedAttribute,
  objectType,
  type PlainAttribute,
} from './schema.ts'
import {
  isList,
  isNull,
  isObject,
  isSame,
  isWhollyKnown,
  type Json,
  toDynamic,
  toJson,
  UNKNOWN,
  type Value,
  type ValueObject,
} from './values.ts'

export interface Plan {
  readonly planned: ValueObject
  /** What can only become so in another resource. */
  readonly replaced: readonly Path[]
}

/**
 * What a resource will be, by Core's rules for a plan: everything that is written stays as written, or as it was where
 * that means the same; what is not written becomes its default, stays as it was, or is unknown until it is applied;
 * write-only arguments are left out.
 *
 * @param prior null: there is none yet
 */
export function planChange(attributes: Attributes, prior: ValueObject | null, config: ValueObject): Plan {
  const planned = planObject(attributes, prior, config)
  if (!prior) return { planned, replaced: [] }
  if (isSame(objectType(attributes), prior, planned)) return { planned: prior, replaced: [] }
  const changed = Object.fromEntries(
    Object.entries(planned).map(([name, value]) => [name, isVolatile(attributes[name]) ? UNKNOWN : value]),
  )
  const replaced = Object.entries(attributes)
    .filter(([, { replaces }]) => replaces)
    .filter(([name, attribute]) => {
      return !isNull(prior[name]) && !isSame(attributeType(attribute), prior[name] ?? null, changed[name] ?? null)
    })
  return { planned: changed, replaced: replaced.map(([name]) => [name]) }
}

/** Whether the provider gives the value of an attribute anew with every change. */
export function isVolatile(attribute: Attribute | undefined): boolean {
  return attribute?.presence === 'volatile'
}

function planObject(attributes: Attributes, prior: ValueObject | null, config: ValueObject): ValueObject {
  const fields = Object.entries(attributes).map(([name, attribute]) => {
    return [name, planAttribute(attribute, prior?.[name] ?? null, config[name] ?? null)] as const
  })
  return Object.fromEntries(fields)
}

function planAttribute(attribute: Attribute, prior: Value, config: Value): Value {
  if (attribute.writeOnly) return null
  if (isNull(config)) return planUnwritten(attribute, prior, config)
  if (config === UNKNOWN) return UNKNOWN
  if (isNested(attribute)) return planNested(attribute, prior, config)
  return isUnchanged(attribute, prior, config) ? prior : config
}

function planUnwritten(attribute: Attribute, prior: Value, config: Value): Value {
  if (attribute.presence === 'required' || attribute.presence === 'optional') return config
  if (attribute.default !== undefined) return defaultOf(attribute, attribute.default)
  return isNull(prior) ? UNKNOWN : prior
}

function defaultOf(attribute: Attribute, value: Json): Value {
  return !isNested(attribute) && attribute.type === 'dynamic' ? toDynamic(value) : (value as Value)
}

function planNested({ nesting, attributes }: NestedAttribute, prior: Value, config: Value): Value {
  // Without names nobody can tell which of a set's elements was which.
  if (nesting === 'set') return isSame(['set', objectType(attributes)], prior, config) ? prior : config
  const plan = (before: Value | undefined, value: Value): Value => {
    return isObject(value) ? planObject(attributes, isObject(before) ? before : null, value) : value
  }
  if (nesting === 'single') return plan(prior, config)
  if (isList(config)) return config.map((item, index) => plan(isList(prior) ? prior[index] : undefined, item))
  if (!isObject(config)) return config
  const before = isObject(prior) ? prior : {}
  return Object.fromEntries(Object.entries(config).map(([key, item]) => [key, plan(before[key], item)]))
}

function isUnchanged({ type, meansTheSame }: PlainAttribute, prior: Value, config: Value): boolean {
  if (isNull(prior)) return false
  if (isSame(type, prior, config)) return true
  if (!meansTheSame || !isWhollyKnown(prior) || !isWhollyKnown(config)) return false
  return meansTheSame(toJson(prior), toJson(config))
}
