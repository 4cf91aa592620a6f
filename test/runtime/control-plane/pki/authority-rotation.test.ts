import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createAuthority, type KeyPair } from '../../../../runtime/control-plane/pki/authority.ts'
import { keyId } from '../../../../runtime/model/signed-token.ts'
import { type DataPlaneProcess, Deployment, keepCalling, type Side, until } from './deployment.ts'

const idOf = ({ certificate }: KeyPair) => keyId(new X509Certificate(certificate).publicKey)

describe('an authority that another takes over from', { timeout: 600_000 }, () => {
  let deployment: Deployment
  let successor: KeyPair
  let first: DataPlaneProcess
  let second: DataPlaneProcess
  before(async () => {
    deployment = await Deployment.start(['east', 'west'])
    await deployment.route()
    successor = await createAuthority('test')
  })
  after(() => deployment.close())

  const authorities = async (side: Side) =>
    (await deployment.admin(side, 'GET', '/antipode/authority')).body.authorities
  const kept = (name: string) =>
    JSON.parse(readFileSync(path.join(deployment.folder, `cache-${name}`, 'identity.json'), 'utf8'))
  const issuedBy = (certificate: string, authority: KeyPair) =>
    new X509Certificate(certificate).verify(new X509Certificate(authority.certificate).publicKey)
  let revision = 0
  /** A write is confirmed by the standby, published, and served by both. */
  const worksThroughout = async () => {
    const answer = await deployment.admin('east', 'PUT', '/routes/step', {
      ...{ uri: `/step-${++revision}`, upstream: { nodes: { '127.0.0.1:1': 1 } } },
    })
    assert.ok(answer.status < 300, JSON.stringify(answer.body))
    const { hash } = await deployment.state('east')
    for (const dataPlane of [first, second]) await dataPlane.until('the newest is served', (s) => s.hash === hash)
  }

  it('goes without a restart, a dropped call or a missed revision, one step after the other', async () => {
    first = deployment.dataPlane('first', { certs: deployment.bundle('bundle'), hosts: [deployment.sync('east')] })
    second = deployment.dataPlane('second', { certs: deployment.bundle('bundle'), hosts: [deployment.sync('west')] })
    for (const dataPlane of [first, second]) {
      await dataPlane.followed()
      await until('the route answers', async () => (await dataPlane.call('/hello')) === 200)
    }
    const traffic = [first, second].map(keepCalling)
    const old = deployment.authority
    await worksThroughout()

    // 1. The new one is trusted as well, everywhere.
    writeFileSync(deployment.file('trusted.crt'), `${old.certificate}${successor.certificate}`)
    for (const side of ['east', 'west'] as const) {
      await until(`${side} trusts both`, async () => (await authorities(side)).length === 2)
    }
    for (const name of ['first', 'second']) {
      await until(`${name} trusts both`, () => kept(name).anchors.includes(successor.certificate))
    }
    await worksThroughout()

    // 2. It issues; leaves of data planes follow at once.
    deployment.write('ca', successor)
    for (const name of ['first', 'second']) {
      await until(`${name} has a new leaf`, () => issuedBy(kept(name).leaf.certificate, successor), 60)
    }
    await until('the control planes know', async () => {
      const list = await authorities('east')
      const count = (pair: KeyPair) => list.find(({ id }: { id: string }) => id === idOf(pair)).instances
      return count(old) === 0 && count(successor) === 2
    })
    await worksThroughout()

    // 3. One control plane after the other; meanwhile old and new talk to each other.
    deployment.authority = successor
    for (const side of ['west', 'east'] as const) {
      await deployment.issue(side, `region/${side}/control-plane`)
      await until(`${side} shows its new certificate`, async () => {
        return issuedBy(await deployment.serverCertificate(side), successor)
      })
      await worksThroughout()
    }

    // 4. The old one is trusted no more.
    await deployment.issue('bundle', 'group/default')
    writeFileSync(deployment.file('trusted.crt'), successor.certificate)
    for (const side of ['east', 'west'] as const) {
      await until(`${side} trusts one`, async () => (await authorities(side)).length === 1)
    }
    for (const name of ['first', 'second']) {
      await until(`${name} trusts one`, () => !kept(name).anchors.includes(old.certificate))
    }
    await worksThroughout()
    for (const { end } of traffic) {
      const { calls, failed } = await end()
      assert.deepEqual(failed, [])
      assert.ok(calls > 20, `there were only ${calls} calls`)
    }
    for (const dataPlane of [first, second]) {
      const { refusals, degraded } = await dataPlane.status()
      assert.deepEqual([Object.values(refusals), degraded], [[0, 0, 0, 0, 0], []])
    }
  })

  it('is told in the audit log, and so is what it issues', async () => {
    const { body } = await deployment.admin('east', 'POST', '/antipode/connections', { form: 'token' })
    const entries = async (kind: string) => {
      return (await deployment.admin('east', 'GET', `/api/audit_logs?kind=${kind}`)).body.list
    }
    await until('it is noted', async () => (await entries('issued')).length > 0)
    const [issued] = await entries('issued')
    assert.deepEqual([issued.path, issued.status], ['/antipode/connections', 201])
    const [{ after, ...change }] = issued.changes
    assert.deepEqual(change, { type: 'connections', id: body.credential, before: null })
    assert.deepEqual([after.form, after.group, after.expires], ['token', 'default', body.expires])
    assert.ok(!JSON.stringify(issued).includes(body.token))
    const changes = (await entries('authority')).map(({ changes: [one] }: { changes: [unknown] }) => one)
    const [last] = changes
    assert.deepEqual(last.after, { issues: idOf(successor), trusted: [idOf(successor)] })
    const followed = changes.find(
      ({ before }: { before: { issues: string } }) => before.issues === idOf(deployment.first),
    )
    assert.ok(followed, 'the change of who issues is there')
  })

  it('is refused afterwards, in whatever form', async () => {
    const bundle = await deployment.admin('east', 'POST', '/antipode/connections', {})
    assert.ok(issuedBy(bundle.body.certificate, successor))
    const old = { certificate: kept('first').leaf.certificate, key: kept('first').leaf.key }
    assert.equal((await deployment.callSync('east', old, 'GET', '/dataplane/nowhere')).status, 404)
    const stranger = await deployment.issueBy(deployment.first, 'group/default')
    assert.equal((await deployment.callSync('east', stranger, 'GET', '/sync')).status, 401)
  })

  it('leaves data planes that start again with what they had been given, and with what is in their cache', async () => {
    await deployment.killControlPlane('east')
    await deployment.killControlPlane('west')
    await first.restart()
    await first.until('it serves from its cache', ({ source }) => source === 'cache')
    assert.equal(await first.call('/hello'), 200)
    deployment.startControlPlane('east')
    deployment.startControlPlane('west')
    await deployment.serving('east')
    await first.followed()
  })
})
