import type { Finding } from '../provider/diagnostic.ts'
import type { ValueObject } from '../wire/value.ts'
import { error } from './apply-rule.ts'
import { APPLY_RULES } from './apply-table.ts'
import { sourceOf } from './provider-version.ts'
import type { ResourceChange } from './resource-change.ts'

/** What a change meets, or does, at apply. */
export function checkChange(change: ResourceChange): Finding[] {
  return (APPLY_RULES[change.type] ?? []).flatMap((rule) => {
    const found = rule(change)
    return found ? [{ source: sourceOf(change.type), ...found }] : []
  })
}

/** Why AWS refuses to delete a resource as it is. */
export function refusesDeletion(type: string, prior: ValueObject): Finding | undefined {
  const switchName = ['deletion_protection', 'enable_deletion_protection'].find((name) => prior[name] === true)
  if (!switchName) return undefined
  const detail = `Apply ${switchName} = false before.`
  return { source: sourceOf(type), ...error(switchName, 'it is protected from deletion', detail) }
}
