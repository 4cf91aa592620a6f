import { RESOURCE_TYPES, type ResourceType } from '../../model/resource.ts'
import { RESOURCE_SCHEMAS } from '../../model/schemas/index.ts'
import { CALLS_PATH, CallsAnswer, CallsQuery, SINKS_PATH, SinksAnswer } from '../reports/report-schema.ts'
import { ENDPOINTS, type Endpoint, type Method, type Operation } from './endpoints.ts'
import { servicePaths } from './openapi-services.ts'
import { RESOURCE_KINDS, schemaName } from './resource-kinds.ts'

type Json = Readonly<Record<string, unknown>>

let made: Json | undefined

/**
 * The Admin API as an OpenAPI 3.1 document, made from the list of endpoints and the schemas of the resources. Plugins'
 * schemas are not in it: `/schema/plugins/{plugin}` gives each.
 */
export function openApiDocument(): Json {
  made ??= {
    openapi: '3.1.0',
    info: {
      title: 'Antipode Admin API',
      version: 'v3',
      description:
        "Apache APISIX's Admin API (3.17), as a control plane of Antipode serves it. Bodies are stored as they are sent; defaults in the schemas are what counts where a field is missing.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/apisix/admin' }],
    security: [{ header: [] }, { query: [] }, { cookie: [] }],
    paths: { ...Object.fromEntries(ENDPOINTS.map(pathItem)), ...reportPaths(), ...servicePaths() },
    components: {
      securitySchemes: {
        header: { type: 'apiKey', in: 'header', name: 'X-API-KEY' },
        query: { type: 'apiKey', in: 'query', name: 'api_key' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'x_api_key' },
      },
      schemas: {
        ...Object.fromEntries(RESOURCE_TYPES.map((type) => [schemaName(type), inOpenApi(RESOURCE_SCHEMAS[type])])),
        error: ERROR,
      },
      responses: RESPONSES,
    },
  }
  return made
}

const ERROR = {
  type: 'object',
  properties: {
    error_msg: { type: 'string' },
    description: { type: 'string' },
    code: { type: 'string', description: 'why a control plane did not take a write' },
  },
}

const problem = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
})

const RESPONSES = {
  invalid: problem('The request, or the resource in it, is wrong'),
  unauthorised: problem('No key, a wrong key, or a key that may only read'),
  forbidden: problem('The address is not one of those allowed'),
  missing: {
    description: 'There is no such resource',
    content: { 'application/json': { schema: { type: 'object', properties: { message: { type: 'string' } } } } },
  },
  unavailable: problem('This control plane may not, or cannot, take writes now'),
  doubtful: problem('The write was not confirmed in time and may or may not last'),
}

function pathItem({ path, operations }: Endpoint): [string, Json] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
  return [
    path,
    {
      ...(names.length > 0 && { parameters: names.map(pathParameter) }),
      ...Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method.toLowerCase(),
          operationObject(path, method as Method, operation),
        ]),
      ),
    },
  ]
}

function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string' } }
}

function operationObject(path: string, method: Method, { summary, type, shape }: Operation): Json {
  const writes = shape === 'write' || shape === 'patch' || shape === 'patch value' || shape === 'delete'
  const parameters = shape === 'list' ? listParameters(type!) : writes ? writeParameters(shape) : []
  const body = bodyOf(type, shape)
  return {
    operationId: operationId(path, method),
    summary,
    ...(type && { tags: [type] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...answers(type, shape),
      400: { $ref: '#/components/responses/invalid' },
      401: { $ref: '#/components/responses/unauthorised' },
      403: { $ref: '#/components/responses/forbidden' },
      ...(shape === 'list' || shape === 'validate' ? {} : { 404: { $ref: '#/components/responses/missing' } }),
      ...(writes && {
        503: { $ref: '#/components/responses/unavailable' },
        504: { $ref: '#/components/responses/doubtful' },
      }),
    },
  }
}

/** Beside APISIX's paths: what is told of the calls that were served. */
function reportPaths(): Json {
  const parameters = (Object.entries(CallsQuery.properties) as unknown as [string, Json][]).map(
    ([name, { description, ...schema }]) => ({
      ...{ name, in: 'query', schema: inOpenApi(schema) },
      ...(description !== undefined && { description }),
    }),
  )
  const reading = (operationId: string, summary: string, schema: object, more: Json = {}) => ({
    servers: [{ url: '/' }],
    get: {
      ...{ operationId, summary, ...more },
      responses: {
        200: { description: summary, content: { 'application/json': { schema: inOpenApi(schema) } } },
        400: { $ref: '#/components/responses/invalid' },
        401: { $ref: '#/components/responses/unauthorised' },
        403: { $ref: '#/components/responses/forbidden' },
        503: { $ref: '#/components/responses/unavailable' },
      },
    },
  })
  return {
    [CALLS_PATH]: reading('get_reports_calls', 'Calls in steps of time, the oldest first', CallsAnswer, { parameters }),
    [SINKS_PATH]: reading('get_reports_sinks', 'What waits for each sink of reports, and what it lost', SinksAnswer),
  }
}

/** `put_routes_id`, of method and path. */
function operationId(path: string, method: Method): string {
  return `${method.toLowerCase()}${path.replaceAll(/[{}]/g, '').replaceAll(/[^a-z_]+/g, '_')}`
}

function bodyOf(type: ResourceType | undefined, shape: Operation['shape']): Json | undefined {
  if (shape === 'write') return resourceOf(type!)
  if (shape === 'patch') return { type: 'object', description: 'fields to merge in; null deletes one' }
  if (shape === 'patch value') return { description: 'any JSON value' }
  if (shape === 'validate') return { type: 'object' }
  return undefined
}

function answers(type: ResourceType | undefined, shape: Operation['shape']): Json {
  const json = (description: string, schema: Json) => ({ description, content: { 'application/json': { schema } } })
  const key = { type: 'string', examples: [`/apisix/${type}/1`] }
  const indexes = { createdIndex: { type: 'integer' }, modifiedIndex: { type: 'integer' } }
  switch (shape) {
    case 'list': {
      const item = { type: 'object', properties: { key, value: resourceOf(type!), ...indexes } }
      const properties = { total: { type: 'integer' }, list: { type: 'array', items: item } }
      return { 200: json('The resources, in the order of their keys', { type: 'object', properties }) }
    }
    case 'read':
      return {
        200: json('The resource', { type: 'object', properties: { key, value: resourceOf(type!), ...indexes } }),
      }
    case 'write': {
      const written = { type: 'object', properties: { key, value: resourceOf(type!) } }
      return { 200: json('Replaced', written), 201: json('Created', written) }
    }
    case 'patch':
    case 'patch value':
      return { 200: json('Changed', { type: 'object', properties: { key, value: resourceOf(type!) } }) }
    case 'delete':
      return { 200: json('Deleted', { type: 'object', properties: { deleted: { const: '1' }, key } }) }
    default:
      return { 200: { description: 'Done' } }
  }
}

function listParameters(type: ResourceType): Json[] {
  const query = (name: string, description: string, schema: Json) => ({ name, in: 'query', description, schema })
  const text = { type: 'string' }
  const { filterFields } = RESOURCE_KINDS[type]
  return [
    query('page', 'from 1; needs page_size', { type: 'integer', minimum: 1 }),
    query('page_size', 'needs page; pages are in the order of creation', {
      type: 'integer',
      minimum: 10,
      maximum: 500,
    }),
    query('name', 'a regular expression found in the name', text),
    query('uri', 'a regular expression found in uri or uris', text),
    query('label', 'the key of a label', text),
    ...(filterFields.length > 0 ? [query('filter', `urlencoded: ${filterFields.join('=…&')}=…`, text)] : []),
  ]
}

function writeParameters(shape: Operation['shape']): Json[] {
  const writeId = {
    name: 'X-Antipode-Write',
    in: 'header',
    description: "the write's id, so that a repetition is applied once",
    schema: { type: 'string', format: 'uuid' },
  }
  if (shape === 'delete') {
    const description = 'delete it even if something uses it'
    return [{ name: 'force', in: 'query', description, schema: { type: 'boolean' } }, writeId]
  }
  const description = 'seconds until it is removed by itself; 0 for never'
  return [{ name: 'ttl', in: 'query', description, schema: { type: 'number', minimum: 0 } }, writeId]
}

function resourceOf(type: ResourceType): Json {
  return { $ref: `#/components/schemas/${schemaName(type)}` }
}

/** A schema as the dialect of OpenAPI 3.1 writes it, which knows `dependencies` by another name. */
function inOpenApi(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inOpenApi)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key === 'dependencies' ? 'dependentSchemas' : key,
      key === 'default' || key === 'enum' ? value : inOpenApi(value),
    ]),
  )
}
