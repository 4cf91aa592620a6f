import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Deployment, keepCalling, until } from './deployment.ts'

/** Long beside a busy machine's hiccups, short beside a test's patience. Seconds. */
const LIFE = 12

describe('the leaf of an instance', { timeout: 600_000 }, () => {
  let deployment: Deployment
  before(async () => {
    deployment = await Deployment.start(['east'], { instance_certificate_life: `${LIFE}s` })
    await deployment.route()
  })
  after(() => deployment.close())

  const serialShown = async () => (await deployment.state('east')).instances[0]?.certificate?.serial
  const kept = () => JSON.parse(readFileSync(path.join(deployment.folder, 'cache-a', 'identity.json'), 'utf8'))

  it('is renewed in time, again and again, with no call dropped and no revision missed', async () => {
    const hosts = [deployment.sync('east')]
    const dataPlane = deployment.dataPlane('a', { certs: deployment.bundle('bundle'), hosts })
    await dataPlane.followed()
    await dataPlane.until('the route is served', ({ version }) => version !== null)
    await until('the route answers', async () => (await dataPlane.call('/hello')) === 200)
    await until('its certificate is known', async () => (await serialShown()) !== undefined)
    const { id } = (await deployment.state('east')).instances[0]!
    const traffic = keepCalling(dataPlane)
    const serials = new Set<string>()
    let revision = 0
    while (serials.size < 4) {
      // Written all the time, so that some fall into a renewal.
      const { status } = await deployment.admin('east', 'PUT', '/routes/other', {
        uri: `/r${++revision}`,
        upstream: { nodes: { '127.0.0.1:1': 1 } },
      })
      assert.ok(status < 300)
      serials.add((await serialShown())!)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const { hash } = await deployment.state('east')
    await dataPlane.until('the newest is served', (status) => status.hash === hash)
    const { calls, failed } = await traffic.end()
    assert.deepEqual(failed, [])
    assert.ok(calls > 20, `there were only ${calls} calls`)
    const { refusals } = await dataPlane.status()
    assert.deepEqual(Object.values(refusals), [0, 0, 0, 0, 0], 'a frame was missed or came twice')
    const { instances } = await deployment.state('east')
    assert.deepEqual(
      instances.map((instance) => instance.id),
      [id],
      'a renewal made another instance of it',
    )
    await dataPlane.kill()
  })

  it('is kept by its user alone, and a restart begins with the newest, whatever became of the bundle', async () => {
    assert.equal(statSync(path.join(deployment.folder, 'cache-a', 'identity.json')).mode & 0o777, 0o600)
    await deployment.issue('brief', 'group/default', { life: 20 })
    const hosts = [deployment.sync('east')]
    const dataPlane = deployment.dataPlane('a', { certs: deployment.bundle('brief'), hosts })
    await dataPlane.followed()
    const expires = new X509Certificate(deployment.read('brief.crt')).validToDate.getTime()
    await until('the bundle has expired', () => Date.now() > expires)
    await until('a leaf is there that lives', () => {
      return new X509Certificate(kept().leaf.certificate).validToDate.getTime() > Date.now() + (LIFE / 2) * 1000
    })
    await dataPlane.restart()
    await dataPlane.followed()
    await dataPlane.kill()
  })

  it('is not renewed once the bundle that it comes from is revoked, also where an earlier leaf renewed it', async () => {
    const hosts = [deployment.sync('east')]
    await deployment.issue('stolen', 'group/default')
    const { serialNumber } = new X509Certificate(deployment.read('stolen.crt'))
    const dataPlane = deployment.dataPlane('b', { certs: deployment.bundle('stolen'), hosts })
    await dataPlane.followed()
    await until('the route answers', async () => (await dataPlane.call('/hello')) === 200)
    const serial = serialNumber.match(/../g)!.join(':')
    const revoked = await deployment.admin('east', 'PUT', `/antipode/revocations/certificate/${serial}`, {
      reason: 'the laptop was stolen',
    })
    assert.equal(revoked.status, 201)
    await dataPlane.until('it falls silent', (status) => status.revoked !== null)
    const status = await dataPlane.status()
    assert.match(status.revoked!, /the laptop was stolen/)
    assert.match(status.degraded.join(), /no control plane is followed any more/)
    assert.equal(await dataPlane.call('/hello'), 200, 'calls are not served on')
    await dataPlane.restart()
    await dataPlane.until('it is told again', (after) => after.revoked !== null && after.source === 'cache')
    assert.equal(await dataPlane.call('/hello'), 200)
    const refused = await deployment.callSync('east', 'stolen', 'POST', '/dataplane/register', {})
    assert.deepEqual([refused.status, refused.body.code], [403, 'ANTIPODE_REVOKED'])
    const again = await deployment.admin('east', 'PUT', `/antipode/revocations/certificate/${serial}`, { reason: 'x' })
    assert.deepEqual([again.status, again.body.reason], [200, 'the laptop was stolen'])
    const { body } = await deployment.admin('east', 'GET', '/antipode/revocations')
    assert.deepEqual(
      [body.total, body.list[0].credential],
      [1, `certificate/${serialNumber.toLowerCase().replace(/^0+/, '')}`],
    )
    await dataPlane.kill()
  })

  it('refuses revocations that mean nothing', async () => {
    for (const [where, body] of [
      ['certificate/xyz', {}],
      ['user/1', {}],
      ['token/', {}],
      ['constructor/1', {}],
      ['certificate/ab', { reason: 7 }],
      ['certificate/ab', { expires: 'soon' }],
      ['certificate/ab', { extra: 1 }],
    ] as const) {
      const { status } = await deployment.admin('east', 'PUT', `/antipode/revocations/${where}`, body)
      assert.ok(status === 400 || status === 404, `${where}: ${status}`)
    }
  })

  it('is revoked by its own serial alone, too, and a stream that is open is cut', async () => {
    const hosts = [deployment.sync('east')]
    writeFileSync(deployment.file('c.note'), '')
    const dataPlane = deployment.dataPlane('c', { certs: deployment.bundle('bundle'), hosts })
    await dataPlane.followed()
    const before = JSON.parse(readFileSync(path.join(deployment.folder, 'cache-c', 'identity.json'), 'utf8'))
    const { serialNumber } = new X509Certificate(before.leaf.certificate)
    await deployment.admin('east', 'PUT', `/antipode/revocations/certificate/${serialNumber}`, { reason: 'one' })
    const call = { certificate: before.leaf.certificate, key: before.leaf.key }
    const refused = await deployment.callSync('east', call, 'GET', '/sync')
    assert.deepEqual([refused.status, refused.body.code], [403, 'ANTIPODE_REVOKED'])
    await dataPlane.kill()
  })
})
