import { sameValue } from '../wire/value.ts'
import { CLOUDFLARE_REPLACEMENTS } from './cloudflare-table.ts'
import { holdsFor, sourceOf } from './provider-version.ts'
import { REPLACEMENTS, type Replacement } from './replacement-table.ts'
import type { ResourceChange } from './resource-change.ts'

/** An argument that replaces the resource, and where that is known from. */
export interface ReplacedFor {
  readonly argument: string
  readonly source: string
}

/** Which of the arguments that change replace the resource; none when it is created or destroyed. */
export function replacedFor({ type, block, prior, planned, version }: ResourceChange): ReplacedFor[] {
  if (!prior || !planned) return []
  const changed = [...Object.keys(block.attributes), ...Object.keys(block.blocks)].filter((name) => {
    return !sameValue(prior[name], planned[name], isSet(block, name))
  })
  const rules = (REPLACEMENTS[type] ?? CLOUDFLARE_REPLACEMENTS[type] ?? []).filter((rule) => holdsFor(version, rule))
  const isInput = (name: string): boolean => {
    const attribute = block.attributes[name]
    return attribute ? attribute.optional === true || attribute.required === true : name !== 'timeouts'
  }
  return changed
    .filter((name) => isInput(name))
    .filter((name) => {
      // Resources stay where they were made.
      if (name === 'region') return true
      return rules.some((rule) => covers(rule, name) && (rule.when?.(prior, planned) ?? true))
    })
    .map((argument) => ({ argument, source: sourceOf(type) }))
}

function covers({ arguments: names, but = [] }: Replacement, name: string): boolean {
  return names === 'every' ? !but.includes(name) : names.includes(name)
}

function isSet(block: ResourceChange['block'], name: string): boolean {
  const type = block.attributes[name]?.type
  return block.blocks[name]?.nesting === 'set' || (Array.isArray(type) && type[0] === 'set')
}
