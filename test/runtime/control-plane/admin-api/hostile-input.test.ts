import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { RESOURCE_TYPES, type ResourceType } from '../../../../runtime/model/resource.ts'
import { RESOURCE_SCHEMAS } from '../../../../runtime/model/schemas/index.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'
import { nearSchema } from './near-schema.ts'

const RUNS = { numRuns: 400, seed: 20_261_121 }

function open() {
  const store = new MemoryStore()
  return { store, app: createAdminApi({ store, config: { keyRequired: false, keys: [], allow: [] } }) }
}

const SOUND: Readonly<Record<ResourceType, object>> = {
  routes: { uri: '/a', plugins: {} },
  services: {},
  upstreams: { nodes: { '127.0.0.1:80': 1 } },
  consumers: { username: 'jack' },
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
const TARGETS: readonly Target[] = [
  ['POST', ''],
  ['PUT', '/1'],
  ['PUT', '/2'],
  ['PUT', ''],
  ...SUB_PATHS.map((path): Target => ['PATCH', `/1${path}`]),
  ['DELETE', '/2'],
  ['GET', ''],
]

const calls = fc
  .constantFrom(...RESOURCE_TYPES)
  .chain((type) => fc.record({ target: fc.constantFrom(...TARGETS), type: fc.constant(type), body: bodyOf(type) }))

describe('the Admin API and hostile input', () => {
  it('never answers 500, and what it stores it gives back', async (test) => {
    const { app } = open()
    test.after(() => app.close())
    let stored = 0
    await fc.assert(
      fc.asyncProperty(calls, async ({ target: [method, path], type, body }) => {
        const url = `/apisix/admin/${type}${path}`
        const response = await app.inject({ method, url, ...(method !== 'GET' && { payload: JSON.stringify(body) }) })
        assert.ok(response.statusCode < 500, `${method} ${url} ${JSON.stringify(body)}: ${response.body}`)
        if ((method === 'PUT' || method === 'POST') && response.statusCode < 300) {
          const { key, value } = response.json()
          stored++
          const read = await app.inject(key.replace('/apisix/', '/apisix/admin/'))
          assert.deepEqual(read.json().value, value)
          const { id: _id, create_time: _created, update_time: _updated, ...rest } = value
          const { id: _sentId, ...sent } = body as Record<string, unknown>
          assert.deepEqual(rest, JSON.parse(JSON.stringify(sent)))
        }
      }),
      RUNS,
    )
    assert.ok(stored > 20, `only ${stored} bodies got as far as the store`)
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
