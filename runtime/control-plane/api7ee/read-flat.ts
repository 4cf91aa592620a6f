import { fillScalarDefaults } from '../../model/adc/index.ts'
import type { StoredResource } from '../../model/resource.ts'
import { type Answer, KEY_NOT_FOUND, refuse } from '../admin-api/answer.ts'
import type { ReadView } from '../configuration-store.ts'
import { CORE_SCHEMAS } from './core-schemas.ts'
import { FLAT_KINDS, type Flat, type FlatType, SERVICE_LABEL } from './flat-kinds.ts'

const LABEL = /^labels\[(.+)\]$/
export const MAX_PAGE_SIZE = 500

/** A stored resource as this surface shows it: with defaults. */
export function shownFlat(kind: FlatType, key: string, view: ReadView): Flat | undefined {
  const stored = view.get(FLAT_KINDS[kind].type, key)
  return stored && shown(kind, stored, view)
}

export function readFlat(kind: FlatType, key: string, view: ReadView): Answer {
  const value = shownFlat(kind, key, view)
  return value ? { status: 200, body: { value } } : KEY_NOT_FOUND
}

/**
 * A list of this surface. `labels[key]=value` selects by labels, `service_id` by service, `page` and `page_size` take a
 * part of it.
 */
export function listFlat(kind: FlatType, parent: string | undefined, query: URLSearchParams, view: ReadView): Answer {
  const wanted = [...query].flatMap(([name, value]) => {
    const key = LABEL.exec(name)?.[1]
    return key === undefined ? [] : [[key, value] as const]
  })
  const service = query.get('service_id')
  const matches = view.list(FLAT_KINDS[kind].type).filter((stored) => {
    const labels = (stored.value.labels ?? {}) as Flat
    if (!wanted.every(([key, value]) => labels[key] === value)) return false
    if (service !== null && String(stored.value.service_id) !== service) return false
    if (kind === 'upstreams') return labels[SERVICE_LABEL] === parent
    if (kind === 'credentials') return stored.id.startsWith(`${parent}/`)
    // Routes of no service are not of this surface.
    return kind === 'routes' || kind === 'stream_routes' ? stored.value.service_id !== undefined : true
  })
  if (kind === 'plugin_metadata') {
    return {
      status: 200,
      body: { value: Object.fromEntries(matches.map((stored) => [stored.id, shown(kind, stored, view)])) },
    }
  }
  const page = pageOf(matches, query)
  if (!page) return refuse(400, `page is at least 1, page_size is between 1 and ${MAX_PAGE_SIZE}`)
  return { status: 200, body: { list: page.map((stored) => shown(kind, stored, view)), total: matches.length } }
}

function shown(kind: FlatType, stored: StoredResource, view: ReadView): Flat {
  const { schema, fromStored } = FLAT_KINDS[kind]
  return fillScalarDefaults(CORE_SCHEMAS[schema], fromStored(stored, view))
}

/** The part of a list that `page` and `page_size` ask for; undefined where they ask for none. */
export function pageOf<Item>(items: readonly Item[], query: URLSearchParams): readonly Item[] | undefined {
  if (!query.has('page') && !query.has('page_size')) return items
  const page = Number(query.get('page') ?? 1)
  const size = Number(query.get('page_size') ?? MAX_PAGE_SIZE)
  if (!Number.isInteger(page) || !Number.isInteger(size) || page < 1 || size < 1 || size > MAX_PAGE_SIZE)
    return undefined
  return items.slice((page - 1) * size, page * size)
}
