import 'reflect-metadata'
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, randomUUID, webcrypto, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import * as x509 from '@peculiar/x509'
import { createAuthority, issueCertificate } from '../../../../runtime/control-plane/pki/authority.ts'
import { ControlPlaneConnection } from '../../../../runtime/data-plane/sync/control-plane-connection.ts'
import { InstanceIdentity } from '../../../../runtime/data-plane/sync/instance-identity.ts'
import { readConnectionToken, signConnectionToken } from '../../../../runtime/model/connection-token.ts'
import { keyId } from '../../../../runtime/model/signed-token.ts'
import { nextEpoch } from '../../../../runtime/model/version.ts'
import { TcpBalancer } from '../tcp-balancer.ts'
import { type Answer, Deployment, KEYS, until } from './deployment.ts'

describe('who may call the sync listener', { timeout: 600_000 }, () => {
  let deployment: Deployment
  before(async () => {
    deployment = await Deployment.start(['east', 'west'])
    await deployment.route()
    await deployment.issue('operator', 'operator')
  })
  after(() => deployment.close())

  const registration = async () => ({
    ...{ hostname: 'a', runId: randomUUID(), runtimeVersion: '1', protocolVersions: [1], ports: [], cores: 1 },
    ...{
      plugins: {},
      labels: {},
      certificateRequest: (await new InstanceIdentity({ token: '' }).createRequest()).request,
    },
  })
  const refused = (answer: Answer, status: number, why: RegExp) => {
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.match(answer.body.error_msg, why)
  }
  const token = async (order: object = {}) => {
    const answer = await deployment.admin('east', 'POST', '/antipode/connections', { form: 'token', ...order })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body as { token: string; credential: string; anchors: string; directory: string }
  }
  const registerWith = async (text: string, side: 'east' | 'west' = 'east') =>
    deployment.callSync(side, null, 'POST', '/dataplane/register', await registration(), {
      authorization: `Bearer ${text}`,
    })

  it('is told why it is not let in: nobody, expired, not valid yet, foreign, nameless', async () => {
    refused(await deployment.callSync('east', null, 'GET', '/sync'), 401, /no certificate/)
    const uri = 'group/default'
    await deployment.issue('expired', uri, { life: 1 })
    const { validToDate } = new X509Certificate(deployment.read('expired.crt'))
    await until('it has expired', () => Date.now() > validToDate.getTime())
    refused(await deployment.callSync('east', 'expired', 'GET', '/sync'), 401, /has expired/)
    const stranger = await createAuthority('test')
    const foreign = await issueCertificate({ authority: stranger, uri: `spiffe://test/${uri}`, usage: 'client' })
    refused(await deployment.callSync('east', foreign, 'GET', '/sync'), 401, /an authority that is not trusted/)
    const { authority } = deployment
    const nameless = await issueCertificate({ authority, uri: 'spiffe://test/somebody', usage: 'client' })
    refused(await deployment.callSync('east', nameless, 'GET', '/sync'), 401, /names URI:spiffe:\/\/test\/somebody/)
    const elsewhere = await issueCertificate({ authority, uri: 'spiffe://other/group/default', usage: 'client' })
    refused(await deployment.callSync('east', elsewhere, 'GET', '/sync'), 401, /belongs to other/)
    refused(await deployment.callSync('east', null, 'GET', '/nowhere'), 401, /no certificate/)
  })

  it('may do only what its kind may', async () => {
    const pages = ['/antipode/member', '/antipode/member/version', '/antipode/region']
    for (const page of pages)
      refused(await deployment.callSync('east', 'bundle', 'GET', page), 403, /data-plane may not/)
    refused(await deployment.callSync('east', 'bundle', 'POST', '/antipode/peer', {}), 403, /data-plane may not/)
    refused(await deployment.callSync('east', 'bundle', 'PUT', '/antipode/region', {}), 403, /data-plane may not/)
    for (const who of ['west', 'operator']) {
      refused(await deployment.callSync('east', who, 'GET', '/sync'), 403, /may not call/)
      refused(await deployment.callSync('east', who, 'POST', '/dataplane/register', {}), 403, /may not call/)
    }
    refused(await deployment.callSync('east', 'west', 'GET', '/antipode/member'), 403, /no member here/)
    assert.equal((await deployment.callSync('east', 'operator', 'GET', '/antipode/region')).status, 200)
  })

  it('is let in only for its own group, and speaks only for its own instance', async () => {
    await deployment.issue('others', 'group/others')
    refused(
      await deployment.callSync('east', 'others', 'POST', '/dataplane/register', await registration()),
      403,
      /there is no gateway group others/,
    )
    refused(await deployment.callSync('east', 'others', 'GET', '/sync'), 403, /group others/)
    refused(
      await deployment.callSync('east', 'bundle', 'POST', '/dataplane/heartbeat', { instanceId: 'x' }),
      403,
      /may not speak for/,
    )
  })

  it('registers with a certificate for a P-256 key of its own', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const made = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm })
    const order = await deployment.admin('east', 'POST', '/antipode/connections', { request: made.toString('pem') })
    assert.equal(order.status, 201, JSON.stringify(order.body))
    const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
    const own = { certificate: order.body.certificate, key }
    const answer = await deployment.callSync('east', own, 'POST', '/dataplane/register', await registration())
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
  })

  it('registers with a token, as often as it likes, and is known by a certificate from then on', async () => {
    const { token: text } = await token()
    const { jti } = readConnectionToken(text)
    for (const side of ['east', 'west'] as const) {
      const answer = await registerWith(text, side)
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
      const leaf = new X509Certificate(answer.body.certificate)
      assert.equal(leaf.subjectAltName, `URI:spiffe://test/group/default/instance/${answer.body.instanceId}`)
      assert.match(leaf.subject, new RegExp(`OU=token/${jti}`))
    }
    const bearer = { authorization: `Bearer ${text}` }
    refused(await deployment.callSync('east', null, 'GET', '/sync', undefined, bearer), 401, /a token is not enough/)
  })

  it('is not let in by a token that is forged, foreign, expired or revoked', async () => {
    const { token: text, credential } = await token()
    const claims = readConnectionToken(text)
    const signing = (pem: string, id?: string) => {
      const privateKey = createPrivateKey(pem)
      return { privateKey, id: id ?? keyId(createPublicKey(privateKey)) }
    }
    const own = signing(deployment.authority.key)
    const now = Math.floor(Date.now() / 1000)
    refused(await registerWith(signConnectionToken({ ...claims, iat: now - 900, exp: now - 600 }, own)), 401, /expired/)
    refused(await registerWith(signConnectionToken({ ...claims, iss: 'spiffe://x' }, own)), 401, /issued it/)
    refused(await registerWith(signConnectionToken({ ...claims, group: 'others' }, own)), 403, /group others/)
    const { key } = await createAuthority('test')
    refused(await registerWith(signConnectionToken(claims, signing(key))), 401, /no authority/)
    refused(await registerWith(signConnectionToken(claims, signing(key, own.id))), 401, /signature/)
    const [, payload] = text.split('.')
    const none = Buffer.from('{"alg":"none","typ":"antipode-connection+jwt"}').toString('base64url')
    refused(await registerWith(`${none}.${payload}.AA`), 401, /algorithm is "none"/)
    assert.equal((await registerWith(text)).status, 200)
    assert.equal((await deployment.admin('east', 'PUT', `/antipode/revocations/${credential}`, {})).status, 201)
    refused(await registerWith(text), 403, /was revoked/)
    await until('the standby knows', async () => (await registerWith(text, 'west')).status === 403)
  })

  it('works with a token and a signed directory alone, and is silenced wherever it goes once that is revoked', async () => {
    const { token: text, credential, directory } = await token({ region: 'west' })
    writeFileSync(deployment.file('token'), `${text}\n`)
    const antipode = { token: deployment.file('token'), directory, region: 'west' }
    const dataPlane = deployment.dataPlane('t', { antipode })
    await dataPlane.followed()
    await until('the route answers', async () => (await dataPlane.call('/hello')) === 200)
    await deployment.killControlPlane('west')
    await until(
      'it follows the next of the lineage',
      async () => {
        return (await deployment.state('east')).instances.some(({ certificate }) => certificate?.origin === credential)
      },
      90,
    )
    // A revocation is an ordinary write: without its standby the writer is told to go on alone.
    await deployment.callSync('east', 'operator', 'PUT', '/antipode/region', { role: 'solo', peerIsDestroyed: true })
    const revoked = await deployment.admin('east', 'PUT', `/antipode/revocations/${credential}`, { reason: 'leaked' })
    assert.equal(revoked.status, 201, JSON.stringify(revoked.body))
    await dataPlane.until('it falls silent', (status) => status.revoked !== null)
    assert.match((await dataPlane.status()).revoked!, /leaked/)
    assert.equal(await dataPlane.call('/hello'), 200, 'calls are not served on')
    await dataPlane.kill()
    deployment.startControlPlane('west')
    await deployment.serving('west')
    await until('the standby has learned of it', async () => (await registerWith(text, 'west')).status === 403, 90)
    assert.ok(readFileSync(deployment.file('token'), 'utf8').length > 100)
  })

  it('lets nobody have anything issued or revoked who may only look', async () => {
    const viewer = async (method: string, where: string) => {
      const { status, body } = await deployment.admin(
        'east',
        method,
        where,
        method === 'GET' ? undefined : {},
        KEYS.viewer,
      )
      return [status, JSON.stringify(body)] as const
    }
    for (const [method, where] of [
      ['POST', '/antipode/connections'],
      ['PUT', '/antipode/revocations/certificate/ab'],
    ] as const) {
      const [status, body] = await viewer(method, where)
      assert.equal(status, 401, body)
      assert.match(body, /invalid method for role viewer/)
    }
    assert.equal((await viewer('GET', '/antipode/revocations'))[0], 200)
    assert.equal((await viewer('GET', '/antipode/authority'))[0], 200)
    assert.equal((await deployment.admin('east', 'GET', '/antipode/authority', undefined, 'wrong')).status, 401)
  })

  it('needs one connection for its stream and all of its calls', async (t) => {
    const balancer = await TcpBalancer.start([deployment.ports.east.sync])
    t.after(() => balancer.close())
    const bundle = { certificate: deployment.read('bundle.crt'), key: deployment.read('bundle.key') }
    const open = (introduction: typeof bundle) => {
      const enrolment = { anchors: deployment.read('trusted.crt'), refusalOf: () => undefined }
      const url = `https://127.0.0.1:${balancer.port}`
      const connection = new ControlPlaneConnection({ url, introduction, enrolment, silence: 60_000 })
      t.after(() => connection.close())
      return connection
    }
    const { request: certificateRequest, key } = await new InstanceIdentity(bundle).createRequest()
    const { instanceId, certificate } = await open(bundle).register({ ...(await registration()), certificateRequest })
    const before = balancer.taken
    const connection = open({ certificate, key })
    const stream = await connection.stream(undefined, instanceId, AbortSignal.any([]))
    stream.on('error', () => {})
    await once(stream, 'data')
    const version = { epoch: 1, revision: 1 }
    const acknowledgement = { instanceId, lineage: randomUUID(), version, hash: '', refused: [] }
    await Promise.all(Array.from({ length: 5 }, () => connection.acknowledge(acknowledgement)))
    await connection.acknowledge(acknowledgement)
    assert.equal(balancer.taken - before, 1)
  })

  it('refuses orders that mean nothing', async () => {
    for (const body of [
      { form: 'password' },
      { group: '../etc' },
      { group: 'others' },
      { days: -1 },
      { days: '1' },
      { days: 1e9 },
      { extra: 1 },
      { region: 7 },
      [],
    ]) {
      assert.equal(
        (await deployment.admin('east', 'POST', '/antipode/connections', body)).status,
        400,
        JSON.stringify(body),
      )
    }
  })

  it('is not let in again by a failover, and the new writer revokes on', async () => {
    const { token: text, credential } = await token()
    const { token: later, credential: laterCredential } = await token()
    assert.equal((await deployment.admin('east', 'PUT', `/antipode/revocations/${credential}`, {})).status, 201)
    await until('the standby knows', async () => (await registerWith(text, 'west')).status === 403, 60)
    await deployment.killControlPlane('east')
    const { epoch } = await deployment.state('west')
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch, allowDataLoss: true }
    const promoted = await deployment.callSync('west', 'operator', 'PUT', '/antipode/region', order)
    assert.equal(promoted.status, 200, JSON.stringify(promoted.body))
    refused(await registerWith(text, 'west'), 403, /was revoked/)
    assert.equal((await registerWith(later, 'west')).status, 200)
    await until('the new writer writes', async () => {
      return (await deployment.admin('west', 'PUT', `/antipode/revocations/${laterCredential}`, {})).status < 300
    })
    refused(await registerWith(later, 'west'), 403, /was revoked/)
  })
})
