import type { Method } from './endpoints.ts'
import type { ServiceAnswer, ServiceEndpoint, ServiceOperation } from './service-endpoint.ts'
import { SERVICE_ENDPOINTS } from './service-endpoints.ts'

type Json = Readonly<Record<string, unknown>>

/** Endpoints beside APISIX's, as path items of an OpenAPI document. */
export function servicePaths(): Json {
  return Object.fromEntries(SERVICE_ENDPOINTS.map((endpoint) => [endpoint.path, pathItem(endpoint)]))
}

function pathItem({ path, tag, operations }: ServiceEndpoint): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
  const parameters = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  return {
    // Their paths begin at the root, where those of APISIX follow its prefix.
    servers: [{ url: '/' }],
    ...(parameters.length > 0 && { parameters }),
    ...Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method.toLowerCase(),
        { operationId: operationId(path, method as Method), tags: [tag], ...operationObject(operation) },
      ]),
    ),
  }
}

function operationObject(operation: ServiceOperation): Json {
  const { summary, body, patches, mayBeEmpty = false, writes = false, open = false, answers } = operation
  const content = patches ? { 'application/json-patch+json': { schema: JSON_PATCH } } : json(body)
  const parameters = [...queryParameters(operation), ...(writes ? [WRITE_ID] : [])]
  return {
    summary,
    ...(open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: !mayBeEmpty, content } }),
    responses: {
      400: { $ref: '#/components/responses/invalid' },
      401: { $ref: '#/components/responses/unauthorised' },
      403: { $ref: '#/components/responses/forbidden' },
      404: { $ref: '#/components/responses/missing' },
      503: { $ref: '#/components/responses/unavailable' },
      ...(writes && { 504: { $ref: '#/components/responses/doubtful' } }),
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
    },
  }
}

function queryParameters({ query }: ServiceOperation): Json[] {
  return Object.entries((query?.properties ?? {}) as unknown as Record<string, Json>).map(
    ([name, { description, ...schema }]) => ({ name, in: 'query', ...(description ? { description } : {}), schema }),
  )
}

function response({ description, schema, type }: ServiceAnswer): Json {
  return { description, ...(schema && { content: json(schema, type) }) }
}

function json(schema: object | undefined, type = 'application/json'): Json | undefined {
  return schema && { [type]: { schema } }
}

const WRITE_ID = {
  name: 'X-Antipode-Write',
  in: 'header',
  description: "the write's id, so that a repetition is applied once",
  schema: { type: 'string', format: 'uuid' },
}

const JSON_PATCH = {
  type: 'array',
  items: {
    type: 'object',
    required: ['op', 'path'],
    properties: {
      op: { enum: ['add', 'remove', 'replace', 'move', 'copy', 'test'] },
      path: { type: 'string' },
      from: { type: 'string' },
      value: {},
    },
  },
}

/** `put_api_users_username`, of method and path. */
function operationId(path: string, method: Method): string {
  return `${method.toLowerCase()}${path.replaceAll(/[{}]/g, '').replaceAll(/[^a-z0-9_]+/g, '_')}`
}
