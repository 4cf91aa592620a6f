import type { StoredResource } from '../../model/resource.ts'
import { type Answer, refuse } from './answer.ts'
import { boundedMatch } from './bounded-match.ts'
import { readEnvelope } from './envelope.ts'
import type { ResourceKind } from './resource-kinds.ts'

type TextsOf = (resource: StoredResource) => readonly string[]

const TEXTS: Readonly<Record<'name' | 'uri', TextsOf>> = {
  name: ({ value }) => strings(value.name),
  uri: ({ value }) => [...strings(value.uri), ...strings(value.uris)],
}

/**
 * `GET` of a collection. `name` and `uri` are regular expressions, `label` a label's key, `filter` an urlencoded list
 * of exact values. `total` counts what passed them, before paging.
 */
export function listAnswer(stored: readonly StoredResource[], query: URLSearchParams, kind: ResourceKind): Answer {
  let list = stored
  for (const field of ['name', 'uri'] as const) {
    const pattern = query.get(field)
    if (pattern === null) continue
    const outcome = boundedMatch(pattern, list.map(TEXTS[field]))
    if ('problem' in outcome) return refuse(400, `invalid regular expression in ${field}: ${outcome.problem}`)
    list = list.filter((_, index) => outcome.matches[index])
  }
  const label = query.get('label')
  // An empty one restricts nothing: APISIX's own example has it.
  if (label) list = list.filter(({ value }) => hasLabel(value.labels, label))
  list = filterByFields(list, query.get('filter'), kind.filterFields)

  const page = paged(list, query)
  if (!page) return { status: 400, body: 'page_size must be between 10 and 500' }
  return { status: 200, body: { total: list.length, list: page.map(readEnvelope) } }
}

function filterByFields(
  list: readonly StoredResource[],
  filter: string | null,
  fields: readonly string[],
): readonly StoredResource[] {
  if (filter === null) return list
  const wanted = [...new URLSearchParams(filter)].filter(([field]) => fields.includes(field))
  return list.filter(({ value }) =>
    wanted.every(([field, text]) => value[field] !== undefined && String(value[field]) === text),
  )
}

/** Undefined for a page size out of range. Only a request that gives both numbers is paged, as in APISIX. */
function paged(list: readonly StoredResource[], query: URLSearchParams): readonly StoredResource[] | undefined {
  const page = numberOf(query.get('page'))
  const size = numberOf(query.get('page_size'))
  if (page === undefined || size === undefined) return list
  if (size < 10 || size > 500) return undefined
  const from = (Math.max(1, Math.floor(page)) - 1) * size
  return list.toSorted((a, b) => a.createdIndex - b.createdIndex).slice(from, from + size)
}

function numberOf(text: string | null): number | undefined {
  return text?.trim() && Number.isFinite(Number(text)) ? Number(text) : undefined
}

function hasLabel(labels: unknown, key: string): boolean {
  return typeof labels === 'object' && labels !== null && Object.hasOwn(labels, key)
}

function strings(value: unknown): readonly string[] {
  return [value].flat().filter((item) => typeof item === 'string')
}
