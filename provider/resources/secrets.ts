import type { Problem } from '../framework/problem.ts'
import { type Attributes, isNested } from '../framework/schema.ts'
import { isList, isObject, isWhollyKnown, type Json, toJson, type Value } from '../framework/values.ts'

/** Shorter texts stand in messages by chance. */
const SHORTEST = 4
const MASK = '(sensitive value)'

/** Problems in which no secret of a configuration is repeated. */
export function masked(problems: readonly Problem[], attributes: Attributes, config: Value): Problem[] {
  const secrets = secretsIn(attributes, config).sort((a, b) => b.length - a.length)
  const mask = (text: string) => secrets.reduce((safe, secret) => safe.replaceAll(secret, MASK), text)
  return problems.map((problem) => ({ ...problem, summary: mask(problem.summary), detail: mask(problem.detail) }))
}

/** Every text that stands in what is write-only or sensitive. */
export function secretsIn(attributes: Attributes, value: Value): string[] {
  if (isList(value)) return value.flatMap((item) => secretsIn(attributes, item))
  if (!isObject(value)) return []
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const held = value[name] ?? null
    if (attribute.writeOnly || attribute.sensitive) return isWhollyKnown(held) ? textsIn(toJson(held)) : []
    return isNested(attribute) ? secretsIn(attribute.attributes, held) : []
  })
}

function textsIn(json: Json): string[] {
  if (typeof json === 'string') return json.length >= SHORTEST ? [json] : []
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap((item) => textsIn(item as Json)) : []
}
