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
      assert.equal((await call('DELETE', '/protos/1?force=true')).status, 200)
      assert.equal((await call('DELETE', path)).status, 200)
      assert.equal((await call('DELETE', '/upstreams/1')).status, 200)
    })
  }
})
