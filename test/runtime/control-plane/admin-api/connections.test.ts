import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const LIMIT = 1.5 * 1024 * 1024

describe('the Admin API on real connections', () => {
  let app: FastifyInstance
  let port: number
  before(async () => {
    const config = { keyRequired: false, keys: [], allow: ['127.0.0.0/8'] }
    app = createAdminApi({ store: new MemoryStore(), config })
    await app.listen({ host: '127.0.0.1', port: 0 })
    port = (app.server.address() as AddressInfo).port
  })
  after(() => app.close())

  async function call(options: RequestOptions, body?: string): Promise<{ response: IncomingMessage; body: string }> {
    const sent = request({ host: '127.0.0.1', port, ...options })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { response, body: await text(response) }
  }

  it('takes a body without a content type, and one in chunks', async () => {
    const path = '/apisix/admin/upstreams/1'
    const body = '{"nodes":{"127.0.0.1:80":1}}'
    assert.equal(
      (await call({ method: 'PUT', path, headers: { 'content-length': body.length } }, body)).response.statusCode,
      201,
    )
    const chunked = { 'transfer-encoding': 'chunked', 'content-type': 'application/json' }
    assert.equal((await call({ method: 'PUT', path, headers: chunked }, body)).response.statusCode, 200)
  })

  it('deletes for a client that names a content type and sends no body', async () => {
    const path = '/apisix/admin/upstreams/2'
    await call({ method: 'PUT', path }, '{"nodes":{"127.0.0.1:80":1}}')
    const { response } = await call({ method: 'DELETE', path, headers: { 'content-type': 'application/json' } })
    assert.equal(response.statusCode, 200)
  })

  it('answers HEAD with the headers of GET and no body', async () => {
    const { response, body } = await call({ method: 'HEAD', path: '/apisix/admin/routes' })
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers.server, 'APISIX/3.17.0')
    assert.equal(body, '')
  })

  it('understands a target in absolute-form, as behind a forward proxy', async () => {
    const { response, body } = await call({ path: 'http://admin.example/apisix/admin/routes?page=1&page_size=10' })
    assert.equal(response.statusCode, 200, body)
    assert.equal(JSON.parse(body).total, 0)
  })

  it('takes a body of 1.5 MiB and not one of a byte more', async () => {
    const padded = (length: number) => '{"nodes":{}}'.padEnd(length, ' ')
    const path = '/apisix/admin/upstreams/large'
    assert.equal((await call({ method: 'PUT', path }, padded(LIMIT))).response.statusCode, 201)
    const sent = padded(LIMIT + 1)
    const refused = await call({ method: 'PUT', path, headers: { 'content-length': sent.length } }, sent)
    assert.equal(refused.response.statusCode, 400)
    assert.match(JSON.parse(refused.body).error_msg, /^invalid request body: request size 1572865 is greater than/)
  })

  it('refuses a body in chunks once it grows too long', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    const { response } = await call(
      { method: 'PUT', path: '/apisix/admin/upstreams/1', headers },
      ' '.repeat(LIMIT + 1),
    )
    assert.equal(response.statusCode, 400)
  })

  it('answers a body nested far too deep with 400', async () => {
    const deep = `{"nodes":{},"labels":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { response, body } = await call({ method: 'PUT', path: '/apisix/admin/upstreams/1' }, deep)
    assert.equal(response.statusCode, 400)
    assert.match(body, /too many nested data structures/)
  })

  it('answers a malformed target with 400', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.end('GET /apisix/admin/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1\.1 400 /)
  })

  it('stops with a client still connected', async () => {
    const other = createAdminApi({ store: new MemoryStore(), config: { keyRequired: false, keys: [], allow: [] } })
    await other.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect((other.server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('GET /apisix/admin/routes HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    await other.close()
    socket.end()
    await closed
  })
})
