import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { AntipodeError, type ErrorCode } from '../../../../runtime/model/errors.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const WRITE = '0198f3b2-7c1d-7abc-8def-0123456789ab'
const DETAILS = { region: 'local', reason: 'a test', writer: 'http://127.0.0.2:9180', epoch: 65, write: WRITE }

describe('the Admin API when the store may not or cannot write', () => {
  let store: MemoryStore
  let app: FastifyInstance
  beforeEach((test) => {
    store = new MemoryStore()
    app = createAdminApi({ store, config: { keyRequired: false, keys: [], allow: [] } })
    if ('after' in test) test.after(() => app.close())
  })

  const put = () =>
    app.inject({
      method: 'PUT',
      url: '/apisix/admin/upstreams/1',
      headers: { 'x-antipode-write': WRITE },
      payload: '{"nodes":{"127.0.0.1:80":1}}',
    })

  const refusing: ErrorCode[] = [
    'ANTIPODE_FENCED',
    'ANTIPODE_STANDBY',
    'ANTIPODE_FROZEN',
    'ANTIPODE_DRAINING',
    'ANTIPODE_UNAVAILABLE',
  ]
  for (const code of refusing) {
    it(`answers 503 ${code} with the writer and when to come back`, async () => {
      store.failure = new AntipodeError(code, DETAILS)
      const response = await put()
      assert.equal(response.statusCode, 503)
      assert.match(String(response.headers['retry-after']), /^\d+$/)
      assert.equal(response.headers['x-antipode-region'], 'local')
      assert.equal(response.headers['x-antipode-write'], WRITE)
      assert.deepEqual(response.json(), { error_msg: store.failure.message, code, writer: DETAILS.writer })
    })
  }

  it('says that it does not know the writer', async () => {
    store.failure = new AntipodeError('ANTIPODE_STANDBY', { region: 'local' })
    assert.equal((await put()).json().writer, null)
  })

  it('answers 504 to a write in doubt, with all that is needed to ask again', async () => {
    store.failure = new AntipodeError('ANTIPODE_IN_DOUBT', DETAILS)
    const response = await put()
    assert.equal(response.statusCode, 504)
    assert.equal(response.headers['x-antipode-revision'], undefined)
    assert.deepEqual(response.json(), {
      error_msg: store.failure.message,
      code: 'ANTIPODE_IN_DOUBT',
      epoch: 65,
      revision: null,
      write: WRITE,
    })
  })

  it('answers 507 when the database has no space left', async () => {
    store.failure = new AntipodeError('ANTIPODE_DISK_FULL', DETAILS)
    const response = await put()
    assert.equal(response.statusCode, 507)
    assert.equal(response.json().code, 'ANTIPODE_DISK_FULL')
  })

  it('answers 500 to what nobody foresaw, and tells a client nothing of it', async () => {
    store.failure = new Error('password=secret')
    const response = await put()
    assert.equal(response.statusCode, 500)
    assert.deepEqual(response.json(), { error_msg: 'internal error' })
  })

  for (const role of ['standby', 'fenced', 'frozen'] as const) {
    it(`goes on reading when ${role}, and says so`, async () => {
      await put()
      store.failure = new AntipodeError('ANTIPODE_FENCED', DETAILS)
      store.role = role
      for (const url of ['/apisix/admin/upstreams', '/apisix/admin/upstreams/1', '/antipode/region']) {
        const response = await app.inject(url)
        assert.equal(response.statusCode, 200, url)
        assert.equal(response.headers['x-antipode-role'], role, url)
        assert.equal(response.headers['x-antipode-region'], 'local', url)
      }
    })
  }

  it('does not ask the store about what is wrong in itself', async () => {
    store.failure = new AntipodeError('ANTIPODE_FENCED', DETAILS)
    const response = await app.inject({ method: 'PUT', url: '/apisix/admin/upstreams/1', payload: '{}' })
    assert.equal(response.statusCode, 400)
  })
})
