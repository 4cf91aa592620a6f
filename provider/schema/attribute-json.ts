import { type Attribute, type Attributes, isNested, type NestedAttribute } from '../framework/schema.ts'
import {
  isList,
  isNull,
  isObject,
  isWhollyKnown,
  type Json,
  type JsonObject,
  toDynamic,
  toJson,
  type Value,
  type ValueObject,
} from '../framework/values.ts'

const WRITE_ONLY = '_wo'
const VERSION = '_wo_version'

/**
 * What is written, as the body of a request: nothing that is not written, secrets under the names that they have in the
 * Admin API.
 */
export function toBody(attributes: Attributes, config: ValueObject): JsonObject {
  const body: Record<string, Json> = {}
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = config[name] ?? null
    if (isNull(value) || name.endsWith(VERSION)) continue
    const field = attribute.writeOnly ? name.slice(0, -WRITE_ONLY.length) : name
    body[field] = isNested(attribute) ? nestedBody(attribute, value) : toJson(value)
  }
  return body
}

function nestedBody({ attributes }: NestedAttribute, value: Value): Json {
  if (isList(value)) return value.map((item) => toBody(attributes, item as ValueObject))
  return toBody(attributes, value as ValueObject)
}

/**
 * A stored resource as a state. What is missing has its default; what the control plane does not know, or does not tell,
 * stays as the state has it.
 */
export function fromBody(attributes: Attributes, body: JsonObject, state: ValueObject | null): ValueObject {
  const fields = Object.entries(attributes).map(([name, attribute]) => {
    const before = state?.[name] ?? null
    if (attribute.writeOnly) return [name, null] as const
    if (name.endsWith(VERSION)) return [name, before] as const
    const stored = body[name]
    if (stored === undefined || stored === null) return [name, missing(attribute)] as const
    return [name, fromJson(attribute, stored, before)] as const
  })
  return Object.fromEntries(fields)
}

function missing(attribute: Attribute): Value {
  if (attribute.default === undefined) return null
  return !isNested(attribute) && attribute.type === 'dynamic'
    ? toDynamic(attribute.default)
    : (attribute.default as Value)
}

function fromJson(attribute: Attribute, stored: Json, before: Value): Value {
  if (!isNested(attribute)) {
    if (attribute.type === 'string') return typeof stored === 'object' ? JSON.stringify(stored) : String(stored)
    if (isMapOfText(attribute.type)) return texts(stored)
    if (attribute.type !== 'dynamic') return stored as Value
    return meansTheSame(attribute, stored, before) ? before : toDynamic(stored)
  }
  const { attributes, nesting } = attribute
  const inner = (item: Json, prior: Value | undefined) =>
    fromBody(attributes, item as JsonObject, isObject(prior) ? prior : null)
  if (nesting === 'single') return inner(stored, before)
  if (Array.isArray(stored)) return stored.map((item, index) => inner(item, isList(before) ? before[index] : undefined))
  const prior = isObject(before) ? before : {}
  return Object.fromEntries(Object.entries(stored as JsonObject).map(([key, item]) => [key, inner(item, prior[key])]))
}

function isMapOfText(type: unknown): boolean {
  return Array.isArray(type) && type[0] === 'map' && type[1] === 'string'
}

function texts(stored: Json): Value {
  const entries = Object.entries(stored as JsonObject)
  return Object.fromEntries(entries.map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]))
}

/** Text that JSON says in another order, or with other spaces, is no change. */
function meansTheSame({ meansTheSame }: Attribute, stored: Json, before: Value): boolean {
  if (isNull(before) || !isWhollyKnown(before)) return false
  const prior = toJson(before)
  return isDeepEqual(prior, stored) || (meansTheSame?.(prior, stored) ?? false)
}

function isDeepEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].every((name) => isDeepEqual((left as JsonObject)[name], (right as JsonObject)[name]))
}
