import type { FastifyInstance } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/admin-api.ts'
import { ENDPOINTS, METHODS, type Method } from '../../../../runtime/control-plane/admin-api/endpoints.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'
import { PAIRS } from './certificates.ts'

const [{ certificate: cert, key }] = PAIRS as [(typeof PAIRS)[number]]

/** One sound resource of each collection, in an order in which they can be created. */
const RESOURCES: Readonly<Record<string, object>> = {
  '/upstreams/1': { nodes: { '127.0.0.1:80': 1 } },
  '/services/1': {},
  '/routes/1': { uri: '/a', plugins: {} },
  '/consumers/jack': { username: 'jack' },
  '/consumers/jack/credentials/1': {},
  '/ssls/1': { sni: 'a.test', cert, key },
  '/global_rules/1': { plugins: {} },
  '/plugin_configs/1': { plugins: {} },
  '/consumer_groups/1': { plugins: {} },
  '/plugin_metadata/key-auth': {},
  '/stream_routes/1': {},
  '/protos/1': { content: 'x' },
  '/secrets/vault/1': { uri: 'http://127.0.0.1:8200', prefix: 'kv', token: 't' },
}

/** What stands for the parameters of a path; a sub path leads to labels, or to what every resource of a kind has. */
const STEPS: Readonly<Record<string, string>> = {
  username: 'jack',
  manager: 'vault',
  id: '1',
  plugin: 'key-auth',
  name: 'route',
  type: 'routes',
}

/** Asks an Admin API what it does with every method at every endpoint it names: the status of each, by path. */
export async function observeEndpoints(): Promise<Map<string, Readonly<Record<Method, number>>>> {
  const observed = new Map<string, Readonly<Record<Method, number>>>()
  for (const { path } of ENDPOINTS) {
    const statuses: [Method, number][] = []
    for (const method of METHODS) statuses.push([method, await observe(method, path)])
    observed.set(path, Object.fromEntries(statuses) as Record<Method, number>)
  }
  return observed
}

async function observe(method: Method, path: string): Promise<number> {
  const app = createAdminApi({ store: new MemoryStore(), config: { keyRequired: false, keys: [], allow: [] } })
  try {
    for (const [url, resource] of Object.entries(RESOURCES)) await call(app, 'PUT', url, resource)
    const url = `${path}${path === '/plugins' ? '?all=true' : ''}`
      .replace(/\{(\w+)\}/g, (all, name: string) => STEPS[name] ?? all)
      .replace('{path}', path.startsWith('/secrets') ? 'prefix' : /rule/.test(path) ? 'plugins' : 'labels')
    return await call(app, method, url, bodyFor(method, path, url))
  } finally {
    await app.close()
  }
}

function bodyFor(method: Method, path: string, url: string): unknown {
  if (path.endsWith('{path}')) return path.startsWith('/secrets') ? 'kv/other' : {}
  if (method === 'PATCH' || path.includes('/validate')) return path.startsWith('/schema') ? RESOURCES['/routes/1'] : {}
  if (RESOURCES[url]) return RESOURCES[url]
  const [one, resource] = Object.entries(RESOURCES).find(([known]) => known.startsWith(`${url}/`)) ?? []
  if (!one) return {}
  return method === 'PUT' && !('username' in resource!) ? { ...resource, id: one.split('/').at(-1) } : resource
}

async function call(app: FastifyInstance, method: Method, path: string, body: unknown): Promise<number> {
  const payload = method === 'GET' || method === 'DELETE' ? {} : { payload: JSON.stringify(body) }
  return (await app.inject({ method, url: `/apisix/admin${path}`, ...payload })).statusCode
}
