import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { maskSecrets } from '../../../../runtime/control-plane/audit/mask-secrets.ts'
import { registriesFor } from '../../../../runtime/control-plane/groups/index.ts'
import { ADMIN, allow, IdentityApi } from '../identity/identity-api.ts'

const GROUP = '/api/gateway_groups/dev'

describe('what a gateway group has beside its configuration', () => {
  let api: IdentityApi
  before(async () => {
    api = new IdentityApi()
    await call('PUT', GROUP, { name: 'dev' })
  })
  after(() => api.app.close())

  const call = (method: string, url: string, body?: unknown, headers: object = ADMIN) =>
    api.call(method, url, body, headers)

  it('are environment variables, the secret ones of which are shown to nobody', async () => {
    const at = `${GROUP}/variables`
    const plain = await call('PUT', `${at}/HOST`, { value: 'a.example', description: 'where it is' })
    assert.equal(plain.status, 201)
    const { create_time: _, update_time: __, ...value } = plain.body.value
    assert.deepEqual(value, { name: 'HOST', value: 'a.example', secret: false, description: 'where it is' })
    const secret = await call('PUT', `${at}/KEY`, { value: 'a-planted-secret', secret: true })
    assert.equal(secret.body.value.value, '***')
    assert.equal((await call('GET', `${at}/KEY`)).body.value.value, '***')
    assert.equal((await call('PUT', `${at}/KEY`, { value: 'another', secret: true })).status, 200)
    const list = (await call('GET', `${at}?search=O`)).body
    assert.deepEqual([list.total, list.list[0].name], [1, 'HOST'])
    assert.equal((await call('GET', `${at}`)).body.total, 2)
    assert.equal((await call('GET', '/api/gateway_groups/default/variables')).body.total, 0)
    assert.equal((await call('DELETE', `${at}/HOST`)).status, 200)
    assert.equal((await call('DELETE', `${at}/HOST`)).status, 404)
    for (const [name, body] of [
      ['1st', { value: '' }],
      ['A-B', { value: '' }],
      ['A', {}],
      ['A', { value: 1 }],
      ['A', { value: '', more: 1 }],
    ] as const) {
      assert.equal((await call('PUT', `${at}/${name}`, body)).status, 400, `${name} ${JSON.stringify(body)}`)
    }
    assert.equal((await call('PUT', '/api/gateway_groups/none/variables/A', { value: '' })).status, 404)
    assert.equal((await call('POST', at, {})).status, 405)
    assert.ok(!JSON.stringify(maskSecrets('variables@dev', { value: 'planted', secret: true })).includes('planted'))
    const opened = maskSecrets('variables', { value: 'planted', secret: false }, { value: 'planted', secret: true })
    assert.ok(!JSON.stringify(opened).includes('planted'))
  })

  it('are service registries of five types, whose secrets are shown to nobody and given to data planes', async () => {
    const at = `${GROUP}/service_registries`
    const registries = [
      { name: 'fixed', type: 'static', services: { cart: [{ host: '10.0.0.1', port: 80 }] } },
      { name: 'names', type: 'dns', servers: ['127.0.0.1:53'], order: ['SRV', 'A'] },
      { name: 'consul', type: 'consul', servers: ['http://127.0.0.1:8500'], token: 'a-planted-secret' },
      { name: 'nacos', type: 'nacos', host: ['http://127.0.0.1:8848'], username: 'n', password: 'a-planted-secret' },
      {
        ...{ name: 'cluster', type: 'kubernetes', service: { host: '10.0.0.1', port: 6443 } },
        client: { token: 'a-planted-secret' },
      },
    ]
    for (const registry of registries) {
      const made = await call('PUT', `${at}/${registry.name}`, registry)
      assert.equal(made.status, 201, JSON.stringify(made.body))
    }
    const list = (await call('GET', at)).body
    assert.equal(list.total, 5)
    assert.ok(!JSON.stringify(list).includes('planted'))
    const given = registriesFor(api.store.read(), 'dev')
    assert.deepEqual(
      given.find(({ id }) => id === 'consul'),
      { id: 'consul', ...registries[2] },
    )
    assert.deepEqual(registriesFor(api.store.read(), 'default'), [])
    const patch = [{ op: 'replace', path: '/servers', value: ['http://127.0.0.2:8500'] }]
    assert.equal((await call('PATCH', `${at}/consul`, patch)).body.value.token, '***')
    const consul = registriesFor(api.store.read(), 'dev').find(({ id }) => id === 'consul')
    assert.deepEqual(consul, { id: 'consul', ...registries[2], servers: ['http://127.0.0.2:8500'] })
    assert.match(
      (await call('POST', at, { name: 'more', type: 'dns', servers: ['127.0.0.1'] })).body.value.id,
      /^[0-9a-f-]{36}$/,
    )
    for (const wrong of [
      { name: 'x' },
      { name: 'x', type: 'eureka' },
      { name: 'x', type: 'toString' },
      { name: 'x', type: 'consul', servers: [] },
      { name: 'x', type: 'consul', servers: ['ftp://a'] },
      { name: 'x', type: 'dns', servers: ['127.0.0.1'], token: 't' },
      { name: 'consul', type: 'dns', servers: ['127.0.0.1'] },
      { ...registries[4], name: 'x', client: {} },
    ]) {
      assert.equal((await call('PUT', `${at}/x`, wrong)).status, 400, JSON.stringify(wrong))
    }
    assert.equal((await call('DELETE', `${at}/consul`)).status, 200)
    assert.equal((await call('GET', `${at}/consul`)).status, 404)
    assert.equal((await call('PATCH', `${at}/consul`, [])).status, 404)
  })

  it('belong to who may change the group, by kind', async () => {
    const name = 'arn:api7:gateway:gatewaygroup/dev'
    await api.user('ann', [allow('gateway:Get<.*>', `${name}<.*>`), allow('gateway:<.*>', `${name}/variable/OWN_<.*>`)])
    const ann = await api.logIn('ann')
    assert.equal((await call('PUT', `${GROUP}/variables/OWN_A`, { value: '' }, ann)).status, 201)
    assert.equal((await call('PUT', `${GROUP}/variables/B`, { value: '' }, ann)).status, 403)
    assert.equal((await call('GET', `${GROUP}/variables`, undefined, ann)).body.total, 2)
    assert.equal((await call('DELETE', `${GROUP}/service_registries/nacos`, undefined, ann)).status, 403)
    await api.user('bob', [allow('gateway:GetGatewayGroup', name)])
    const bob = await api.logIn('bob')
    assert.equal((await call('GET', `${GROUP}/variables`, undefined, bob)).body.total, 0)
    assert.equal((await call('GET', `${GROUP}/variables/KEY`, undefined, bob)).status, 403)
  })

  it('goes with the group', async () => {
    const refused = await call('DELETE', GROUP)
    assert.match(refused.body.error_msg, /it has 2 resources and 0 instances/)
    assert.equal((await call('DELETE', `${GROUP}?force=true`)).status, 200)
    await call('PUT', GROUP, { name: 'dev' })
    assert.equal((await call('GET', `${GROUP}/variables`)).body.total, 0)
    assert.equal((await call('GET', `${GROUP}/service_registries`)).body.total, 0)
  })
})
