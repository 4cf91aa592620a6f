import assert from 'node:assert/strict'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createAuthority, issueCertificate } from '../../../../runtime/control-plane/pki/authority.ts'
import { publicKeyOfRequest } from '../../../../runtime/control-plane/pki/certificate-request.ts'

/** Made by OpenSSL 3.0: `openssl req -new -newkey … -nodes -subj /CN=edge`. */
const requestOf = (name: string) => readFileSync(new URL(`requests/${name}.csr`, import.meta.url), 'utf8')

for (const [name, kind] of [
  ['ed25519', 'ed25519'],
  ['p256', 'prime256v1'],
  ['p256-sha512', 'prime256v1'],
  ['p256-compressed', 'prime256v1'],
] as const) {
  test(`a certificate is issued for the key of the request ${name}`, async () => {
    const publicKey = await publicKeyOfRequest(requestOf(name))
    const authority = await createAuthority('test')
    const order = { authority, uri: 'spiffe://test/group/default', usage: 'client', publicKey } as const
    const { certificate, key } = await issueCertificate(order)
    assert.equal(key, '')
    const issued = new X509Certificate(certificate)
    assert.ok(issued.verify(new X509Certificate(authority.certificate).publicKey))
    const { asymmetricKeyType, asymmetricKeyDetails } = issued.publicKey
    assert.equal(asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType, kind)
    assert.ok(issued.publicKey.equals(createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })))
  })
}

for (const [name, why] of [
  ['rsa', /^its key is RSASSA-PKCS1-v1_5; Ed25519 is taken, and ECDSA on the named curve P-256/],
  ['p384', /^its key is ECDSA P-384;/],
  ['secp256k1', /^its key is ECDSA K-256;/],
  ['ed448', /^its key is EdDSA Ed448;/],
  ['p256-explicit', /^its key is 1\.2\.840\.10045\.2\.1; .* on the named curve/],
] as const) {
  test(`no certificate is issued for the key of the request ${name}`, async () => {
    await assert.rejects(publicKeyOfRequest(requestOf(name)), { message: why })
  })
}

for (const name of ['ed25519', 'p256', 'p256-sha512']) {
  test(`a request that somebody changed is refused: ${name}`, async () => {
    const der = Buffer.from(requestOf(name).replace(/-----[^-]+-----/g, ''), 'base64')
    der[der.indexOf('edge')] = 'f'.charCodeAt(0)
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
    await assert.rejects(publicKeyOfRequest(pem), { message: 'it is not signed by its own key' })
  })
}

test('what is no request is refused', async () => {
  await assert.rejects(
    publicKeyOfRequest('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----'),
  )
})
