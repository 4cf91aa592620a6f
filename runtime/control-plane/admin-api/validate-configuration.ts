import { RESOURCE_TYPES, type ResourceType } from '../../model/resource.ts'
import type { ResourceCheck } from '../../model/resource-validator.ts'
import { type Answer, refuse } from './answer.ts'

interface Problem {
  readonly resource_type: string
  readonly resource_id?: string
  /** In its list, from 0. */
  readonly index?: number
  readonly error: string
}

type Item = Readonly<Record<string, unknown>>

/**
 * `POST /configs/validate`: a whole configuration, `{"routes": […], "services": […], …}`, each resource with its id.
 * Everything that is wrong is told at once and nothing is written. What resources refer to is not looked at, since it
 * may be about to be written too. A credential stands among the consumers, its id `<username>/credentials/<id>`.
 */
export function validateConfiguration(body: unknown, check: ResourceCheck): Answer {
  if (body === undefined) return refuse(400, 'invalid request body: empty request body')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refuse(400, 'invalid request body: expected an object with a list of resources for each type')
  }
  const configuration = body as Item
  const problems = RESOURCE_TYPES.flatMap((type) => [
    ...checkVersion(`${type}_conf_version`, type, configuration),
    ...checkList(type, configuration[type], check),
  ])
  if (problems.length === 0) return { status: 200, body: {} }
  return { status: 400, body: { error_msg: 'Configuration validation failed', errors: problems } }
}

function checkVersion(key: string, type: ResourceType, configuration: Item): Problem[] {
  const version = configuration[key]
  if (version === undefined || typeof version === 'number') return []
  return [{ resource_type: type, error: `${key} must be a number, got ${typeof version}` }]
}

function checkList(type: ResourceType, items: unknown, check: ResourceCheck): Problem[] {
  if (items === undefined) return []
  if (!Array.isArray(items)) return [{ resource_type: type, error: `${type} must be a list` }]
  const known = new Set<string>()
  return items.flatMap((item: unknown, index) => {
    const fields = typeof item === 'object' && item !== null ? (item as Item) : {}
    const id = textOf(fields.id) ?? (type === 'consumers' ? textOf(fields.username) : undefined)
    const where = { resource_type: type, ...(id !== undefined && { resource_id: id }), index }
    const problems: Problem[] = []
    const wrong = checkItem(type, item, id, check)
    if (wrong) problems.push({ ...where, error: `invalid ${type} at index ${index}, err: ${wrong}` })
    if (id !== undefined) {
      const what = type !== 'consumers' ? 'id' : fields.id === undefined ? 'username' : 'credential id'
      if (known.has(id)) problems.push({ ...where, error: `found duplicate ${what} ${id} in ${type}` })
      known.add(id)
    }
    return problems
  })
}

function checkItem(
  type: ResourceType,
  item: unknown,
  id: string | undefined,
  check: ResourceCheck,
): string | undefined {
  const credential = type === 'consumers' ? id?.split('/credentials/')[1] : undefined
  return credential === undefined ? check(type, item, id) : check('credentials', { ...(item as Item), id: credential })
}

function textOf(id: unknown): string | undefined {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}
