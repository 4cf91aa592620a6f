import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { InstanceState } from '../../../../runtime/model/region-state.ts'
import { type DataPlaneProcess, Deployment, until } from '../pki/deployment.ts'

const LIMITS = { lost_after: '3s', delivery_deadline: '5s' }

describe('data planes of two gateway groups, at the writer and at its standby', () => {
  let deployment: Deployment
  let ofDefault: DataPlaneProcess
  let ofDev: DataPlaneProcess
  let port: number
  before(async () => {
    deployment = await Deployment.start(['east', 'west'], { fleet: LIMITS, gateway_groups: { partners: {} } })
    await deployment.route()
    port = await deployment.upstream()
    await admin('POST', '/api/gateway_groups', { id: 'dev', name: 'dev', labels: { stage: 'development' } })
    await deployment.issue('of-dev', 'group/dev')
    ofDefault = deployment.dataPlane('default', {
      certs: deployment.bundle('bundle'),
      hosts: [deployment.sync('east')],
    })
    ofDev = deployment.dataPlane('dev', {
      certs: deployment.bundle('of-dev'),
      hosts: [deployment.sync('west')],
      antipode: { region: 'west', gateway_group: 'dev', labels: { rack: 'a' } },
    })
    await Promise.all([ofDefault.followed(), ofDev.followed()])
  })
  after(() => deployment?.close())

  const admin = async (method: string, where: string, body?: unknown) => {
    const answer = await deployment.admin('east', method, where, body)
    assert.ok(answer.status < 300, `${method} ${where}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const instances = async (group: string) =>
    (await admin('GET', `/api/gateway_groups/${group}/instances`)).list as InstanceState[]

  it('each serve their own group, and know its hash', async () => {
    await admin('PUT', '/services/s?gateway_group_id=dev', {
      name: 'shop',
      upstream: { nodes: [{ host: '127.0.0.1', port, weight: 1 }] },
    })
    await admin('PUT', '/routes/r?gateway_group_id=dev', { name: 'cart', paths: ['/cart'], service_id: 's' })
    await until('it is served', async () => (await ofDev.call('/cart')) === 200)
    assert.deepEqual(
      [await ofDefault.call('/hello'), await ofDefault.call('/cart'), await ofDev.call('/hello')],
      [200, 404, 404],
    )
    const state = await deployment.state('east')
    await ofDev.until('the hash of its group', ({ hash }) => hash === state.groups?.dev)
    assert.equal((await ofDefault.status()).hash, state.hash)
    assert.notEqual(state.hash, state.groups?.dev)
  })

  it('may join a group that the configuration declares, on both sides', async () => {
    for (const side of ['east', 'west'] as const) {
      const at = '/api/gateway_groups/partners'
      await until(`it is at ${side}`, async () => (await deployment.admin(side, 'GET', at)).status === 200)
    }
  })

  it('follow every revision, whichever group it changes', async () => {
    const { hash } = await ofDev.status()
    await deployment.route()
    const { revision } = await deployment.state('east')
    for (const dataPlane of [ofDefault, ofDev]) {
      await dataPlane.until('the revision', ({ version }) => (version?.revision ?? 0) >= revision)
    }
    assert.equal((await ofDev.status()).hash, hash)
    assert.deepEqual((await ofDev.status()).refusals, { forged: 0, foreign: 0, stale: 0, gap: 0, mismatch: 0 })
  })

  it('are found by the labels that their own configuration gives them', async () => {
    const found = async (rack: string) => {
      const { list } = await admin('GET', `/api/gateway_groups/dev/instances?labels[rack]=${rack}`)
      return (list as InstanceState[]).map(({ labels }) => labels)
    }
    await until('the writer knows it', async () => (await found('a')).length === 1)
    assert.deepEqual([await found('a'), await found('b')], [[{ rack: 'a' }], []])
  })

  it('are listed in their groups, wherever they are connected', async () => {
    await until(
      'both are known',
      async () => (await instances('dev')).length + (await instances('default')).length === 2,
    )
    const [instance] = await instances('dev')
    assert.deepEqual([instance!.region, instance!.status, instance!.reason], ['west', 'Healthy', null])
    assert.ok(Date.parse(instance!.certificate!.expires) > Date.now())
    const at = `/api/gateway_groups/dev/instances`
    assert.equal((await admin('GET', `${at}?status=Offline`)).total, 0)
    assert.equal((await admin('GET', `${at}?region=west&status=Healthy`)).total, 1)
    assert.equal((await admin('GET', `${at}/${instance!.id}`)).value.id, instance!.id)
    assert.equal(
      (await deployment.admin('east', 'GET', `/api/gateway_groups/default/instances/${instance!.id}`)).status,
      404,
    )
    const events = (await admin('GET', `${at}/${instance!.id}/events`)).list
    assert.deepEqual(events.at(-1).from, null)
  })

  it('that fall silent, and come back, leave the story of it', async () => {
    const [before] = await instances('dev')
    await ofDev.kill()
    await until('it is lost', async () => (await instances('dev'))[0]?.status === 'Lost Connection')
    await ofDev.restart()
    await ofDev.followed()
    await until('a new run is known', async () => (await instances('dev')).some(({ status }) => status === 'Healthy'))
    const events = (await admin('GET', `/api/gateway_groups/dev/instances/${before!.id}/events`)).list
    const lost = events.find(({ to }: { to: string }) => to === 'Lost Connection')
    assert.ok(Date.parse(lost.at) - Date.parse(before!.lastSeen) >= 0)
  })

  it('resolve the variables of their group, as these are now', async () => {
    const key = '/api/gateway_groups/dev/variables/KEY'
    const jack = { username: 'jack', plugins: { 'key-auth': { key: '$env://KEY' } } }
    await admin('PUT', '/consumers/jack?gateway_group_id=dev', jack)
    const route = { name: 'safe', paths: ['/safe'], service_id: 's', plugins: { 'key-auth': {} } }
    await admin('PUT', '/routes/safe?gateway_group_id=dev', route)
    const isRefused = async () =>
      (await instances('dev')).some(({ reason }) => /variable KEY is not set/.test(`${reason}`))
    await until('it is refused', isRefused)
    await admin('PUT', key, { value: 'first', secret: true })
    await until('it is known', async () => (await ofDev.call('/safe?apikey=first')) === 200)
    await admin('PUT', key, { value: 'second', secret: true })
    await until('it has changed', async () => (await ofDev.call('/safe?apikey=second')) === 200)
    assert.equal(await ofDev.call('/safe?apikey=first'), 401)
    await until('nothing is refused', async () => !(await isRefused()))
  })

  it('of a group that is deleted serve on, and are let in no more', async () => {
    const refused = await deployment.admin('east', 'DELETE', '/api/gateway_groups/dev')
    assert.match(refused.body.error_msg, /it has \d+ resources and \d+ instances?; force=true/)
    await admin('DELETE', '/api/gateway_groups/dev?force=true')
    await ofDev.until('it follows nobody', ({ degraded }) => degraded.includes('no control plane can be followed'))
    assert.equal(await ofDev.call('/cart'), 200)
    assert.equal((await deployment.admin('east', 'GET', '/services?gateway_group_id=dev')).status, 404)
    assert.equal(await ofDefault.call('/hello'), 200)
  })
})
