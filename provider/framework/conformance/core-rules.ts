import { type Path, pathText } from '../problem.ts'
import { type Attribute, type Attributes, attributeType, isNested } from '../schema.ts'
import { isList, isNull, isObject, isSame, isUnknown, type Value, type ValueObject } from '../values.ts'

/** A rule of Terraform Core that an answer breaks, and where. */
export interface Violation {
  readonly path: string
  readonly rule: string
}

export interface PlanAnswer {
  /** null: there is none yet. */
  readonly prior: ValueObject | null
  readonly config: ValueObject
  readonly planned: ValueObject
}

/**
 * Core's rules for a plan (https://developer.hashicorp.com/terraform/plugin/framework/resources/plan-modification): what
 * is written stays as written, or as it was; what is not written is only the provider's where it is computed; nothing is
 * unknown but what is computed or was not known; what is write-only is not there.
 */
export function checkPlanAnswer(attributes: Attributes, { prior, config, planned }: PlanAnswer): Violation[] {
  return checkObject(attributes, prior, config, planned, [])
}

/** Core's rules for what was applied: everything is known, and all that was planned came true. */
export function checkApplyAnswer(attributes: Attributes, planned: ValueObject, state: ValueObject): Violation[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    return checkApplied(attribute, planned[name] ?? null, state[name] ?? null, [name])
  })
}

function checkObject(
  attributes: Attributes,
  prior: ValueObject | null,
  config: ValueObject,
  planned: ValueObject,
  at: Path,
): Violation[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    return checkPlanned(attribute, prior?.[name] ?? null, config[name] ?? null, planned[name] ?? null, [...at, name])
  })
}

function checkPlanned(attribute: Attribute, prior: Value, config: Value, planned: Value, at: Path): Violation[] {
  const broken = (rule: string): Violation[] => [{ path: pathText(at), rule }]
  const type = attributeType(attribute)
  const isComputed = attribute.presence !== 'required' && attribute.presence !== 'optional'
  if (attribute.writeOnly) return isNull(planned) ? [] : broken('what is write-only is in no plan')
  if (isSame(type, planned, config)) return []
  if (!isNull(prior) && !isNull(config) && isSame(type, planned, prior)) return []
  if (attribute.presence === 'computed' || attribute.presence === 'volatile') return []
  if (isNull(config)) return isComputed || isNull(planned) ? [] : broken('what is not written and not computed is null')
  if (!isNested(attribute)) return broken('what is written is planned as written, or as it was')
  if (isUnknown(planned) || isNull(planned)) return broken('what is written is there')
  if (attribute.nesting === 'set') return []
  return checkNested(attribute, prior, config, planned, at)
}

function checkNested(
  { nesting, attributes }: Extract<Attribute, { nesting: unknown }>,
  prior: Value,
  config: Value,
  planned: Value,
  at: Path,
): Violation[] {
  const inside = (
    before: Value | undefined,
    written: Value | undefined,
    then: Value | undefined,
    step: string | number,
  ) =>
    isObject(written) && isObject(then)
      ? checkObject(attributes, isObject(before) ? before : null, written, then, [...at, step])
      : []
  if (nesting === 'single') return inside(prior, config, planned, 0)
  if (isList(config) && isList(planned)) {
    if (config.length !== planned.length) return [{ path: pathText(at), rule: 'a list is as long as it is written' }]
    return planned.flatMap((item, index) =>
      inside(isList(prior) ? prior[index] : undefined, config[index], item, index),
    )
  }
  if (!isObject(config) || !isObject(planned)) return []
  const keys = new Set([...Object.keys(config), ...Object.keys(planned)])
  return [...keys].flatMap((key) => {
    if (!(key in config) || !(key in planned))
      return [{ path: pathText([...at, key]), rule: 'a map has the keys that are written' }]
    return inside(isObject(prior) ? prior[key] : undefined, config[key], planned[key], key)
  })
}

function checkApplied(attribute: Attribute, planned: Value, state: Value, at: Path): Violation[] {
  const broken = (rule: string): Violation[] => [{ path: pathText(at), rule }]
  if (attribute.writeOnly) return isNull(state) ? [] : broken('what is write-only is in no state')
  if (isUnknown(state)) return broken('nothing is unknown once it is applied')
  if (isUnknown(planned)) return []
  if (!isNested(attribute)) {
    return holdsUnknown(planned) || isSame(attribute.type, planned, state) ? [] : broken('what was planned came true')
  }
  const inside = (then: Value | undefined, now: Value | undefined, step: string | number): Violation[] => {
    if (!isObject(then) || !isObject(now))
      return isObject(then) === isObject(now) ? [] : broken('what was planned came true')
    return Object.entries(attribute.attributes).flatMap(([name, inner]) => {
      return checkApplied(inner, then[name] ?? null, now[name] ?? null, [...at, step, name])
    })
  }
  if (isNull(planned) || isNull(state))
    return isNull(planned) && isNull(state) ? [] : broken('what was planned came true')
  if (attribute.nesting === 'single') return inside(planned, state, 0)
  if (isList(planned) && isList(state)) {
    if (planned.length !== state.length) return broken('a list is as long as it was planned')
    return attribute.nesting === 'set' ? [] : planned.flatMap((item, index) => inside(item, state[index], index))
  }
  if (!isObject(planned) || !isObject(state)) return []
  return Object.keys({ ...planned, ...state }).flatMap((key) => inside(planned[key], state[key], key))
}

function holdsUnknown(value: Value): boolean {
  if (isList(value)) return value.some(holdsUnknown)
  if (isObject(value)) return Object.values(value).some(holdsUnknown)
  return isUnknown(value)
}
