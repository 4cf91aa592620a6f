import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { createAuthority, issueCertificate, type KeyPair } from '../../../runtime/control-plane/pki/authority.ts'
import {
  checkControlPlane,
  type Identity,
  identityOf,
  parseIdentity,
} from '../../../runtime/control-plane/pki/identity.ts'

test('each form of identity is read from its name, and nothing else is', () => {
  assert.deepEqual(parseIdentity('spiffe://payments/region/us-east-1/control-plane'), {
    kind: 'control-plane',
    trustDomain: 'payments',
    region: 'us-east-1',
  })
  assert.deepEqual(parseIdentity('spiffe://payments/group/default/instance/a1'), {
    kind: 'data-plane',
    trustDomain: 'payments',
    group: 'default',
    instance: 'a1',
  })
  for (const name of ['spiffe://payments/region/x', 'https://payments/operator', 'spiffe://payments/operator/x']) {
    assert.equal(parseIdentity(name), undefined)
  }
})

test('a client and a control plane of one authority authenticate each other', async () => {
  const authority = await createAuthority('payments')
  const seen = await identitySeenByServer(authority, authority, 'spiffe://payments/region/us-east-1/control-plane')
  assert.deepEqual(seen, { kind: 'operator', trustDomain: 'payments' })
})

test('a client of another authority is refused', async () => {
  const [authority, stranger] = await Promise.all([createAuthority('payments'), createAuthority('payments')])
  await assert.rejects(identitySeenByServer(authority, stranger, 'spiffe://payments/region/us-east-1/control-plane'))
})

test('a server that is not a control plane is refused by name', async () => {
  const authority = await createAuthority('payments')
  await assert.rejects(
    identitySeenByServer(authority, authority, 'spiffe://payments/group/default'),
    /not a control plane/,
  )
})

async function identitySeenByServer(authority: KeyPair, clientAuthority: KeyPair, serverUri: string) {
  const server = await issueCertificate({ authority, uri: serverUri, usage: 'server+client' })
  const client = await issueCertificate({
    authority: clientAuthority,
    uri: 'spiffe://payments/operator',
    usage: 'client',
  })
  let seen: Identity | undefined
  const listener = tls.createServer(
    { ...pair(server), ca: authority.certificate, requestCert: true, minVersion: 'TLSv1.3' },
    (socket) => {
      seen = identityOf(socket.getPeerCertificate())
      socket.end('seen')
    },
  )
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  try {
    const socket = tls.connect({
      ...pair(client),
      host: '127.0.0.1',
      port: (listener.address() as AddressInfo).port,
      ca: authority.certificate,
      checkServerIdentity: checkControlPlane,
    })
    socket.resume()
    await once(socket, 'close')
  } finally {
    listener.close()
  }
  assert.ok(seen, 'the server closed the connection before it knew who called')
  return seen
}

function pair(pair: KeyPair) {
  return { cert: pair.certificate, key: pair.key }
}
