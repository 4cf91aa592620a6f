import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Type } from 'typebox'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/admin-api.ts'
import type { PluginSchema } from '../../../../runtime/model/plugin-schema.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const anything = Type.Object({})
const plugins: readonly PluginSchema[] = [
  { name: 'traffic-split', priority: 966, schema: anything },
  { name: 'grpc-transcode', priority: 506, schema: anything },
]

const SPLITS = { 'traffic-split': { rules: [{ weighted_upstreams: [{ weight: 1 }, { upstream_id: 1, weight: 1 }] }] } }
const TRANSCODES = { 'grpc-transcode': { proto_id: '1' } }

/** What can hold plugins: where it is, what it needs beside them, and what a refusal calls it. */
const HOLDERS = [
  ['/routes/a', { uri: '/a' }, 'route [a]'],
  ['/services/a', {}, 'service [a]'],
  ['/plugin_configs/a', {}, 'plugin_config [a]'],
  ['/consumers/a', { username: 'a' }, 'consumer [a]'],
  ['/consumer_groups/a', {}, 'consumer_group [a]'],
  ['/global_rules/a', {}, 'global_rules [a]'],
] as const

describe('what a plugin uses is not deleted', () => {
  for (const [path, rest, name] of HOLDERS) {
    it(`by a ${name}`, async (test) => {
      const config = { keyRequired: false, keys: [], allow: [] }
      const app = createAdminApi({ store: new MemoryStore(), config, plugins })
      test.after(() => app.close())
      const call = async (method: 'PUT' | 'DELETE', url: string, body?: object) => {
        const payload = body ? { payload: JSON.stringify(body) } : {}
        const response = await app.inject({ method, url: `/apisix/admin${url}`, ...payload })
        return { status: response.statusCode, body: response.json() }
      }
      await call('PUT', '/upstreams/1', { nodes: { '127.0.0.1:80': 1 } })
      await call('PUT', '/protos/1', { content: 'x' })
      assert.equal((await call('PUT', path, { ...rest, plugins: { ...SPLITS, ...TRANSCODES } })).status, 201)
      assert.deepEqual(await call('DELETE', '/upstreams/1'), {
        status: 400,
        body: { error_msg: `can not delete this upstream, plugin in ${name} is still using it now` },
      })
      assert.deepEqual(await call('DELETE', '/protos/1'), {
        status: 400,
        body: { error_msg: `can not delete this proto, ${name} is still using it now` },
      })
      const user = { type: path.split('/')[1], id: 'a' }
      for (const used of ['upstreams', 'protos']) {
        const usages = await app.inject({ url: `/antipode/usages/${used}/1` })
        assert.deepEqual(usages.json(), { total: 1, list: [user] })
      }
      assert.equal((await call('DELETE', '/protos/1?force=true')).status, 200)
      assert.equal((await call('DELETE', path)).status, 200)
      assert.equal((await call('DELETE', '/upstreams/1')).status, 200)
    })
  }
})

describe('what a resource is used by', () => {
  const usages = async (path: string) => {
    const config = { keyRequired: false, keys: [], allow: [] }
    const app = createAdminApi({ store: new MemoryStore(), config, plugins })
    try {
      const put = (url: string, body: object) =>
        app.inject({ method: 'PUT', url: `/apisix/admin${url}`, payload: JSON.stringify(body) })
      await put('/upstreams/1', { nodes: { '127.0.0.1:80': 1 } })
      await put('/routes/b', { uri: '/b', upstream_id: 1, plugins: SPLITS })
      await put('/routes/c', { uri: '/c', upstream_id: '1' })
      const { statusCode, body } = await app.inject({ url: path })
      return { status: statusCode, body: JSON.parse(body) }
    } finally {
      await app.close()
    }
  }

  it('is told once for each that uses it, however often it does', async () => {
    const list = ['b', 'c'].map((id) => ({ type: 'routes', id }))
    assert.deepEqual(await usages('/antipode/usages/upstreams/1'), { status: 200, body: { total: 2, list } })
  })

  it('is nothing for what nobody uses, and no answer for what is no resource', async () => {
    assert.deepEqual((await usages('/antipode/usages/routes/b')).body, { total: 0, list: [] })
    assert.equal((await usages('/antipode/usages/nothing/b')).status, 404)
    assert.equal((await usages('/antipode/usages/routes')).status, 404)
  })
})
