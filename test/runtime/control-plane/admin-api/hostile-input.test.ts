import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import type { KeyPair } from '../../../../runtime/control-plane/pki/authority.ts'
import { RESOURCE_TYPES, type ResourceType } from '../../../../runtime/model/resource.ts'
import { RESOURCE_SCHEMAS } from '../../../../runtime/model/schemas/index.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'
import { PAIRS } from './certificates.ts'
import { nearSchema } from './near-schema.ts'

const RUNS = { numRuns: 400, seed: 20_261_121 }

function open() {
  const store = new MemoryStore()
  return { store, app: createAdminApi({ store, config: { keyRequired: false, keys: [], allow: [] } }) }
}

const [{ certificate: cert, key }] = PAIRS as [KeyPair]

const SOUND: Readonly<Record<ResourceType, object>> = {
  routes: { uri: '/a', plugins: {} },
  services: {},
  upstreams: { nodes: { '127.0.0.1:80': 1 } },
  consumers: { username: 'jack' },
  credentials: { plugins: { 'key-auth': { key: 'k' } } },
  ssls: { sni: 'a.test', cert, key },
  global_rules: { plugins: {} },
  plugin_configs: { plugins: {} },
  consumer_groups: { plugins: {} },
  plugin_metadata: { log_format: {} },
  stream_routes: { server_port: 9100 },
  protos: { content: 'syntax = "proto3";' },
  secrets: { uri: 'http://127.0.0.1:8200', prefix: 'kv', token: 't' },
}

/** Where resources of a type are, and ids that its first step may have. */
const PLACES: Readonly<Partial<Record<ResourceType, readonly [string, ...string[]]>>> = {
  credentials: ['consumers/jack/credentials', '/1', '/2'],
  plugin_metadata: ['plugin_metadata', '/key-auth', '/no-such-plugin'],
  secrets: ['secrets', '/vault/1', '/aws/2'],
}

/** A sound resource with a property or two replaced by something near its schema, or anything at all. */
const bodyOf = (type: ResourceType) =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: nearSchema(RESOURCE_SCHEMAS[type]).map((value) =>
        typeof value === 'object' && !Array.isArray(value) ? { ...SOUND[type], ...value } : value,
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  )

const SUB_PATHS = ['', '/upstream/nodes', '/labels/a', '/plugins/key-auth', '/plugins/proxy-rewrite/uri']
type Target = readonly [NonNullable<InjectOptions['method']>, string]

function targetsOf(type: ResourceType): readonly Target[] {
  const [place, one = '/1', two = '/2'] = PLACES[type] ?? [type]
  const paths: readonly Target[] = [
    ['POST', ''],
    ['PUT', one],
    ['PUT', two],
    ['PUT', ''],
    ...SUB_PATHS.map((path): Target => ['PATCH', `${one}${path}`]),
    ['DELETE', two],
    ['GET', ''],
  ]
  return paths.map(([method, path]) => [method, `${place}${path}`])
}

const calls = fc
  .constantFrom(...RESOURCE_TYPES)
  .chain((type) =>
    fc.record({ target: fc.constantFrom(...targetsOf(type)), type: fc.constant(type), body: bodyOf(type) }),
  )

describe('the Admin API and hostile input', () => {
  it('never answers 500, gives back what it stores, and changes nothing where it refuses', async (test) => {
    const { app, store } = open()
    test.after(() => app.close())
    await app.inject({ method: 'PUT', url: '/apisix/admin/consumers', payload: '{"username":"jack"}' })
    const stored = new Set<ResourceType>()
    await fc.assert(
      fc.asyncProperty(calls, async ({ target: [method, path], type, body }) => {
        const url = `/apisix/admin/${path}`
        const before = store.state().revision
        const response = await app.inject({ method, url, ...(method !== 'GET' && { payload: JSON.stringify(body) }) })
        assert.ok(response.statusCode < 500, `${method} ${url} ${JSON.stringify(body)}: ${response.body}`)
        if (response.statusCode >= 400) assert.equal(store.state().revision, before)
        if ((method === 'PUT' || method === 'POST') && response.statusCode < 300) {
          const { key, value } = response.json()
          stored.add(type)
          const read = await app.inject(key.replace('/apisix/', '/apisix/admin/'))
          assert.deepEqual(read.json().value, value)
          assert.deepEqual(asSent(type, value), asSent(type, body as object))
        }
      }),
      RUNS,
    )
    assert.deepEqual([...stored].sort(), [...RESOURCE_TYPES].sort(), 'some collection never got as far as the store')
  })

  it('never answers 500 where it only checks', async (test) => {
    const { app, store } = open()
    test.after(() => app.close())
    const checks = fc.constantFrom(...RESOURCE_TYPES).chain((type) =>
      fc.record({
        type: fc.constant(type),
        items: fc.oneof(fc.array(bodyOf(type), { maxLength: 3 }), fc.jsonValue()),
      }),
    )
    await fc.assert(
      fc.asyncProperty(checks, async ({ type, items }) => {
        for (const [path, body] of [
          ['configs/validate', { [type]: items }],
          [`schema/validate/${type}`, Array.isArray(items) ? items[0] : items],
        ] as const) {
          const payload = JSON.stringify(body) ?? ''
          const response = await app.inject({ method: 'POST', url: `/apisix/admin/${path}`, payload })
          assert.ok(response.statusCode === 200 || response.statusCode === 400, `${path} ${payload}: ${response.body}`)
        }
      }),
      RUNS,
    )
    assert.equal(store.state().revision, 0)
  })

  it('never answers 500 to bytes that are no JSON', async (test) => {
    const { app } = open()
    test.after(() => app.close())
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const response = await app.inject({ method: 'PUT', url: '/apisix/admin/routes/1', payload: Buffer.from(bytes) })
        assert.equal(response.statusCode, 400, response.body)
      }),
      RUNS,
    )
  })

  it('never answers 500 to a target or a query of any kind', async (test) => {
    const { app } = open()
    test.after(() => app.close())
    const piece = fc.oneof(fc.string(), fc.constantFrom('%00', '%2f', '%ff', '..', '__proto__', 'constructor', '%'))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), fc.string(), async (pieces, query) => {
        const url = `/apisix/admin/routes/${pieces.join('/')}?name=${query}&${query}`.replace(/[^\x21-\x7e]/g, '')
        for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
          const response = await app.inject({ method, url, ...(method === 'PATCH' && { payload: '{}' }) })
          assert.ok(response.statusCode < 500, `${method} ${url}: ${response.body}`)
        }
      }),
      RUNS,
    )
  })

  it('cuts a regular expression that explodes', async (test) => {
    const { app } = open()
    test.after(() => app.close())
    const payload = JSON.stringify({ uri: '/a', plugins: {}, name: 'a'.repeat(60) })
    await app.inject({ method: 'PUT', url: '/apisix/admin/routes/1', payload })
    const started = performance.now()
    const response = await app.inject(`/apisix/admin/routes?name=${encodeURIComponent('^(a+)+$|^(a|aa)+b')}x`)
    assert.ok(response.statusCode === 400 || response.statusCode === 200)
    const exploding = await app.inject(`/apisix/admin/routes?name=${encodeURIComponent('^(a+)+b$')}`)
    assert.equal(exploding.statusCode, 400)
    assert.match(exploding.json().error_msg, /^invalid regular expression in name: it takes longer/)
    assert.ok(performance.now() - started < 10_000)
    const long = await app.inject(`/apisix/admin/routes?uri=${'a'.repeat(300)}`)
    assert.equal(long.statusCode, 400)
  })

  it('leaves prototypes alone', async (test) => {
    const { app } = open()
    test.after(() => app.close())
    const put = (payload: string) => app.inject({ method: 'PUT', url: '/apisix/admin/routes/1', payload })
    await put('{"uri":"/a","plugins":{}}')
    await put('{"uri":"/a","plugins":{},"__proto__":{"polluted":1}}')
    const patch = (url: string, payload: string) => app.inject({ method: 'PATCH', url, payload })
    await patch('/apisix/admin/routes/1', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    await patch('/apisix/admin/routes/1/__proto__/polluted', '1')
    await patch('/apisix/admin/routes/1/constructor/prototype/polluted', '1')
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
  })
})

/** A body without what the control plane adds to it, or keeps to itself. */
function asSent(type: ResourceType, body: object): unknown {
  const added = ['id', 'create_time', 'update_time', ...(type === 'ssls' ? ['key', 'keys'] : [])]
  return JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(body).filter(([key]) => !added.includes(key)))))
}
