import { RESOURCE_TYPES, type ResourceType } from '../../model/resource.ts'
import { RESOURCE_KINDS } from './resource-kinds.ts'

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

export interface Operation {
  readonly summary: string
  /** The collection whose resources go in or come out. */
  readonly type?: ResourceType
  /** What goes in and what comes out. */
  readonly shape: 'list' | 'read' | 'write' | 'patch' | 'patch value' | 'delete' | 'validate' | 'other'
}

/** One path of the Admin API below `/apisix/admin`, and what each method does there. */
export interface Endpoint {
  readonly path: string
  readonly operations: Readonly<Partial<Record<Method, Operation>>>
}

/** Where the resources of a collection are: all of them, and one. */
export function pathsOf(type: ResourceType): { readonly all: string; readonly one: string } {
  switch (type) {
    case 'consumers':
      return { all: '/consumers', one: '/consumers/{username}' }
    case 'credentials':
      return { all: '/consumers/{username}/credentials', one: '/consumers/{username}/credentials/{id}' }
    case 'plugin_metadata':
      return { all: '/plugin_metadata', one: '/plugin_metadata/{plugin}' }
    case 'secrets':
      return { all: '/secrets', one: '/secrets/{manager}/{id}' }
    default:
      return { all: `/${type}`, one: `/${type}/{id}` }
  }
}

/**
 * Every endpoint there is, in the order of the documentation. The OpenAPI document and the table of
 * `docs/admin-api.md` are made from it, and tests hold each line against what is really answered.
 */
export const ENDPOINTS: readonly Endpoint[] = [...RESOURCE_TYPES.flatMap(endpointsOf), ...endpointsBeside()]

function endpointsOf(type: ResourceType): Endpoint[] {
  const { kind, writing, idField } = RESOURCE_KINDS[type]
  const { all, one } = pathsOf(type)
  const name = kind.replaceAll('_', ' ')
  const can = (method: (typeof writing)[number]) => writing.includes(method)
  const putsByBody = can('PUT') && idField !== null && type !== 'secrets'
  const endpoints: Endpoint[] = [
    {
      path: all,
      operations: {
        GET: { summary: `List: ${name}`, type, shape: 'list' },
        ...(can('POST') && { POST: { summary: `Create a ${name} with a new id`, type, shape: 'write' } }),
        ...(putsByBody && {
          PUT: { summary: `Create or replace a ${name}; its ${idField} is in the body`, type, shape: 'write' },
        }),
      },
    },
    {
      path: one,
      operations: {
        GET: { summary: `Read a ${name}`, type, shape: 'read' },
        ...(can('PUT') && { PUT: { summary: `Create or replace a ${name}`, type, shape: 'write' } }),
        ...(can('PATCH') && { PATCH: { summary: `Merge fields into a ${name}`, type, shape: 'patch' } }),
        DELETE: { summary: `Delete a ${name}`, type, shape: 'delete' },
      },
    },
  ]
  if (!can('PATCH')) return endpoints
  const PATCH: Operation = { summary: `Set one value of a ${name}`, type, shape: 'patch value' }
  return [...endpoints, { path: `${one}/{path}`, operations: { PATCH } }]
}

function endpointsBeside(): Endpoint[] {
  const reading = (path: string, summary: string): Endpoint => ({
    path,
    operations: { GET: { summary, shape: 'other' } },
  })
  return [
    reading('/schema/{name}', 'The JSON Schema of a kind of resource'),
    reading('/schema/plugins/{plugin}', "The JSON Schema of a plugin's configuration"),
    {
      path: '/schema/validate/{type}',
      operations: { POST: { summary: 'Check a resource against its schema alone', shape: 'validate' } },
    },
    {
      path: '/configs/validate',
      operations: { POST: { summary: 'Check a whole configuration; tell all that is wrong', shape: 'validate' } },
    },
    reading('/plugins', 'All plugins with their schemas (all=true)'),
    reading('/plugins/list', 'Names of all plugins, by descending priority'),
    reading('/plugins/{plugin}', "The JSON Schema of a plugin's configuration"),
    { path: '/plugins/reload', operations: { PUT: { summary: 'Does nothing and says done', shape: 'other' } } },
    reading('/openapi.json', 'This API as an OpenAPI document'),
  ]
}
