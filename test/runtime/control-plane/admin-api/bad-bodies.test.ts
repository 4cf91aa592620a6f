import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { InjectOptions } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/admin-api.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const LIMIT = 1.5 * 1024 * 1024

/** Where one resource of each collection goes, and what every one of them may hold any text in. */
const ONES = [
  '/routes/1',
  '/services/1',
  '/upstreams/1',
  '/consumers/jack',
  '/consumers/jack/credentials/1',
  '/ssls/1',
  '/global_rules/1',
  '/plugin_configs/1',
  '/consumer_groups/1',
  '/plugin_metadata/key-auth',
  '/stream_routes/1',
  '/protos/1',
  '/secrets/vault/1',
]

function open(test: TestContext) {
  const store = new MemoryStore()
  const app = createAdminApi({ store, config: { keyRequired: false, keys: [], allow: [] } })
  test.after(() => app.close())
  const call = (method: string, path: string, payload?: string | Buffer, headers: Record<string, string> = {}) => {
    const options: InjectOptions = { method: method as 'GET', url: `/apisix/admin${path}`, headers }
    return app.inject(payload === undefined ? options : { ...options, payload })
  }
  return { store, call }
}

/** A body of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const [start, end] = ['{"uri":"/a","plugins":{"key-auth":{"_meta":{"error_response":"', '"}}}}']
  return start + 'x'.repeat(bytes - start.length - end.length) + end
}

describe('bodies that are too large, too deep, or not what they say', () => {
  it('takes 1.5 MiB, and not a byte more', async (test) => {
    const { store, call } = open(test)
    assert.equal((await call('PUT', '/routes/1', bodyOf(LIMIT))).statusCode, 201)
    for (const path of ONES) {
      const response = await call('PUT', path, bodyOf(LIMIT + 1))
      assert.equal(response.statusCode, 400, path)
      assert.equal(
        response.json().error_msg,
        `invalid request body: request size ${LIMIT + 1} is greater than the maximum size ${LIMIT} allowed`,
      )
    }
    assert.equal(store.state().revision, 1)
  })

  it('refuses what is nested too deep, wherever it stands, and what only looks like it is', async (test) => {
    const { store, call } = open(test)
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    const lists = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    for (const path of ONES) {
      for (const body of [nested(1_001), nested(100_000), lists, '['.repeat(1_000_000)]) {
        const response = await call('PUT', path, body)
        assert.equal(response.statusCode, 400, path)
        assert.match(response.json().error_msg, /^invalid request body: Found too many nested data structures/)
      }
    }
    assert.equal(store.state().revision, 0)
    assert.equal((await call('PUT', '/plugin_metadata/key-auth', nested(1_000))).statusCode, 201)
    assert.equal((await call('POST', '/configs/validate', `{"plugin_metadata":[${nested(998)}]}`)).statusCode, 400)
  })

  it('counts the last of a repeated key, also of an id', async (test) => {
    const { call } = open(test)
    const response = await call('PUT', '/routes/1', '{"id":"2","uri":"/a","uri":"/b","plugins":{},"id":"1"}')
    assert.equal(response.statusCode, 201)
    assert.equal(response.json().value.uri, '/b')
    const wrong = await call('PUT', '/routes/1', '{"id":"1","uri":"/a","plugins":{},"id":"2"}')
    assert.equal(wrong.json().error_msg, 'wrong route id')
  })

  it('refuses bytes that are not UTF-8, half a surrogate pair, and keys of prototypes', async (test) => {
    const { store, call } = open(test)
    const bodies = [
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      Buffer.from('7b22613a22c3287d', 'hex'),
      Buffer.from('{"uri":"/a"}', 'utf16le'),
      '{"desc":"\\ud800"}',
      '{"\\udc00":1}',
      '{"__proto__":{"polluted":1}}',
      '{"labels":{"\\u005f_proto__":"a"}}',
    ]
    for (const path of ONES) {
      for (const body of bodies) assert.equal((await call('PUT', path, body)).statusCode, 400, `${path} ${body}`)
    }
    for (const body of bodies) assert.equal((await call('POST', '/configs/validate', body)).statusCode, 400)
    assert.equal(store.state().revision, 0)
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
  })

  it('keeps NUL and other controls in texts as they were sent', async (test) => {
    const { call } = open(test)
    const desc = 'a\u0000b\u001f\n\u2028'
    const written = await call('PUT', '/routes/1', JSON.stringify({ uri: '/a', plugins: {}, desc }))
    assert.equal(written.statusCode, 201)
    assert.equal((await call('GET', '/routes/1')).json().value.desc, desc)
  })

  it('reads JSON whatever the content type says, and nothing else', async (test) => {
    const { call } = open(test)
    const body = '{"uri":"/a","plugins":{}}'
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'x/y']) {
      assert.ok((await call('PUT', '/routes/1', body, { 'content-type': type })).statusCode < 300, type)
    }
    for (const [type, other] of [
      ['application/yaml', 'uri: /a'],
      ['application/x-www-form-urlencoded', 'uri=/a'],
      ['application/xml', '<route/>'],
    ] as const) {
      assert.equal((await call('PUT', '/routes/1', other, { 'content-type': type })).statusCode, 400, type)
    }
  })

  it('takes no id that is a path, a query or a prototype', async (test) => {
    const { store, call } = open(test)
    const ids = ['a%2Fb', '%00', 'a%20b', "1'%20OR%20'1'='1", '%3Bdrop', '__proto__%2Fx', 'x'.repeat(65)]
    for (const path of ONES.filter((one) => one.endsWith('/1'))) {
      for (const id of ids) {
        const url = path.replace(/1$/, id)
        for (const method of ['PUT', 'GET', 'DELETE', 'PATCH']) {
          const { statusCode } = await call(method, url, method === 'GET' ? undefined : '{"plugins":{},"uri":"/a"}')
          assert.ok(statusCode >= 400 && statusCode < 500, `${method} ${url}: ${statusCode}`)
        }
      }
    }
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.equal((await call('GET', `/${name}`)).statusCode, 404)
      assert.equal((await call('GET', `/schema/${name}`)).statusCode, 400)
      assert.equal((await call('GET', `/plugins/${name}`)).statusCode, 404)
      assert.equal((await call('PUT', `/secrets/${name}/1`, '{}')).statusCode, 400)
      assert.equal((await call('PUT', `/plugin_metadata/${name}`, '{}')).statusCode, 400)
      assert.equal((await call('PUT', '/routes/1', `{"uri":"/a","plugins":{"${name}":{}}}`)).statusCode, 400)
      assert.equal(
        (await call('PATCH', `/routes/1/${name}/polluted`, '1')).statusCode,
        name === '__proto__' ? 400 : 404,
      )
    }
    assert.equal(store.state().revision, 0)
  })

  it('answers HEAD without a body, and OPTIONS and unknown methods with 404', async (test) => {
    const { call } = open(test)
    for (const one of ONES) {
      const list = one.slice(0, one.lastIndexOf('/'))
      for (const path of [list, one]) {
        const head = await call('HEAD', path)
        assert.ok(head.statusCode === 200 || head.statusCode === 404, path)
        assert.equal(head.body, '')
        assert.equal((await call('OPTIONS', path)).statusCode, 404)
      }
    }
  })
})
