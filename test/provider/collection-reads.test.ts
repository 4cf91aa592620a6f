import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { type AdminApi, AdminClient } from '../../provider/admin-api/admin-client.ts'
import { CollectionReads } from '../../provider/admin-api/collection-reads.ts'
import { GatewayClient } from '../../provider/admin-api/gateway-client.ts'
import { refused } from '../../provider/framework/problem.ts'
import { startControlPlane } from './control-plane.ts'

const { signal } = new AbortController()

describe('how the resources of a collection are read', () => {
  let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
  let client: GatewayClient
  let calls: string[]

  beforeEach(async () => {
    calls = []
    controlPlane = await startControlPlane((app) => {
      app.addHook('onRequest', async ({ method, url, headers }) => {
        if (headers['x-test'] === undefined) calls.push(`${method} ${url.replace('/apisix/admin', '')}`)
      })
    })
    client = clientWith(controlPlane.token)
  })
  afterEach(() => controlPlane.close())

  const clientWith = (token: string) => {
    const none = { gatewayGroup: null, ca: null, clientCertificate: null, clientKey: null }
    const settings = { endpoints: [controlPlane.endpoint], token, timeout: 30_000, concurrency: 10, ...none }
    return new GatewayClient(new AdminClient(settings))
  }
  const upstream = (id: string) => ({ id, name: id, nodes: [{ host: '127.0.0.1', port: 8081, weight: 1 }] })
  const fill = async (count: number) => {
    for (let index = 0; index < count; index++)
      await controlPlane.call('PUT', `/upstreams/u${index}`, upstream(`u${index}`))
    calls = []
  }
  const read = (...indexes: number[]) => {
    return Promise.all(indexes.map((index) => client.find('upstreams', `u${index}`, signal)))
  }
  const first = (count: number) => Array.from({ length: count }, (_, index) => index)

  it('a few are read one by one', async () => {
    await fill(5)
    await read(...first(5))
    assert.deepEqual(
      calls.toSorted(),
      first(5).map((index) => `GET /upstreams/u${index}`),
    )
  })

  it('many are read by one list, and are what they are one by one', async () => {
    await fill(40)
    const found = await read(...first(40))
    assert.equal(calls.length, 6)
    assert.equal(calls.filter((call) => call.startsWith('GET /upstreams?')).length, 1)
    for (const index of first(40)) assert.deepEqual(found[index], await controlPlane.stored(`/upstreams/u${index}`))
  })

  it('one that is in no list is asked for by itself', async () => {
    await fill(8)
    await read(...first(8))
    calls = []
    assert.deepEqual(await read(9), [undefined])
    assert.deepEqual(calls, ['GET /upstreams/u9'])
  })

  it('a write makes a list worthless', async () => {
    await fill(8)
    await read(...first(8))
    await client.put('upstreams', 'u1', { ...upstream('u1'), desc: 'changed' }, signal)
    const [changed] = await read(1)
    assert.equal(changed?.desc, 'changed')
  })

  it('a collection that is much larger than what is asked for is not fetched whole', async () => {
    const lists: (number | undefined)[] = []
    const reads = new CollectionReads({
      readOne: async (id) => ({ id }),
      list: async (atMost) => {
        lists.push(atMost)
        return { total: 2_000, values: new Map() }
      },
    })
    const readMore = (count: number) => Promise.all(first(count).map((index) => reads.find(`u${index}`, signal)))
    await readMore(50)
    reads.forget()
    await readMore(45)
    assert.deepEqual(lists, [500])
    // Once a good part of it has been asked for, the rest comes at once.
    await readMore(10)
    assert.deepEqual(lists, [500, undefined])
  })

  it('whoever may not list reads one by one', async () => {
    const get = async (path: string) => {
      if (path.includes('?')) throw refused('The control plane does not let this in', 'status 403')
      calls.push(`GET ${path}`)
      return { value: upstream('u') }
    }
    const refusing = new GatewayClient({ get } as Partial<AdminApi> as AdminApi)
    calls = []
    await Promise.all(first(8).map((index) => refusing.find('upstreams', `u${index}`, signal)))
    assert.equal(calls.length, 8)
  })

  it('secrets have a list, although their ids have two steps', async () => {
    const vault = { uri: 'http://127.0.0.1:1', prefix: 'kv', token: 'a' }
    for (const index of first(8)) await controlPlane.call('PUT', `/secrets/vault/${index}`, vault)
    calls = []
    const found = await Promise.all(first(8).map((index) => client.find('secrets', `vault/${index}`, signal)))
    assert.ok(found.every((value) => value?.prefix === 'kv'))
    assert.equal(calls.length, 6)
  })
})
