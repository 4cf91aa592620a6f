import { isDeepStrictEqual } from 'node:util'
import type { ResourceChange } from '../changes/resource-change.ts'

/** A resource that is destroyed, and one that is made in its stack and looks the same. */
export interface Rename {
  readonly from: ResourceChange
  readonly to: ResourceChange
}

/** Of what is written on both sides, as much has to be equal. */
const ALIKE = 0.7

/**
 * What was probably only renamed: Terraform takes it for another resource unless a `moved` block says so. Each resource
 * that is made is the successor of one at most.
 */
export function renamesIn(changes: readonly ResourceChange[]): Rename[] {
  const places = Map.groupBy(changes, ({ stack, type }) => `${stack} ${type}`)
  return [...places.values()].flatMap((same) => {
    const made = new Set(same.filter(({ action }) => action === 'create'))
    if (made.size === 0) return []
    return same
      .filter(({ action }) => action === 'delete')
      .flatMap((from) => {
        const [to] = [...made].filter((it) => isSameThing(from, it) && likeness(from, it) >= ALIKE)
        if (!to) return []
        made.delete(to)
        return [{ from, to }]
      })
  })
}

/** What goes by another name outside Terraform is another thing: a new generation of a database is no rename. */
function isSameThing({ before }: ResourceChange, { after }: ResourceChange): boolean {
  return IDENTITIES.every((name) => {
    const [old, now] = [before?.[name], after?.[name]]
    return old === undefined || now === undefined || isDeepStrictEqual(old, now)
  })
}

/** The share of arguments with equal values among those that both have. */
function likeness({ before }: ResourceChange, { after }: ResourceChange): number {
  const both = Object.keys(before ?? {}).filter((name) => after && name in after && !COMPUTED.has(name))
  if (both.length === 0) return 0
  return both.filter((name) => isDeepStrictEqual(before?.[name], after?.[name])).length / both.length
}

const IDENTITIES = [
  'identifier',
  'cluster_identifier',
  'global_cluster_identifier',
  'bucket',
  'name',
  'alarm_name',
  'family',
  'domain_name',
]
const COMPUTED = new Set(['id', 'arn', 'tags', 'tags_all'])
