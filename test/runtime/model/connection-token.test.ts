import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  type ConnectionToken,
  openConnectionToken,
  readConnectionToken,
  signConnectionToken,
} from '../../../runtime/model/connection-token.ts'
import { controlPlanesFor, openDirectory, signDirectory } from '../../../runtime/model/region-directory.ts'
import { keyId, openToken, TokenRefusal } from '../../../runtime/model/signed-token.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const key = { id: keyId(publicKey), privateKey }
const keys = new Map([[key.id, publicKey]])
const NOW = Date.parse('2026-01-02T03:04:05Z')
const iat = NOW / 1000
const issuer = 'spiffe://payments'
const claims: ConnectionToken = {
  ...{ iss: issuer, sub: 'default', region: 'east', group: 'default', index: 'default' },
  ...{ jti: '0b6e6f2e-7a4e-4b6e-9c9e-0f6f0f4f2a11', iat, exp: iat + 3600 },
}
const header = { alg: 'EdDSA', typ: 'antipode-connection+jwt', kid: key.id }

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
/** A token with any header and payload, signed by the right key. */
function forge(head: unknown, payload: unknown = claims): string {
  const signed = `${part(head)}.${part(payload)}`
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}
const open = (token: string, now = NOW) => openConnectionToken(token, { keys, issuer, now })

test('a token is opened to what was signed', () => {
  const token = signConnectionToken(claims, key)
  assert.deepEqual(open(token), claims)
  assert.deepEqual(readConnectionToken(token), claims)
})

test('a clock that is a minute off is borne with, one that is further off is not', () => {
  const token = signConnectionToken(claims, key)
  assert.ok(open(token, NOW - 59_000))
  assert.ok(open(token, NOW + 3_659_000))
  assert.throws(() => open(token, NOW - 61_000), /issued in the future/)
  assert.throws(() => open(token, NOW + 3_661_000), /it expired at 2026-01-02T04:04:05/)
})

const signature = signConnectionToken(claims, key).split('.')[2]!
const stranger = generateKeyPairSync('ed25519')
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const secret = `${part({ ...header, alg: 'HS256' })}.${part(claims)}`
for (const [what, token, why] of [
  ['no signature', `${part({ ...header, alg: 'none' })}.${part(claims)}.`, /base64url/],
  ['alg none with a signature', forge({ ...header, alg: 'none' }), /algorithm is "none"/],
  ['alg none in capitals', forge({ ...header, alg: 'NONE' }), /algorithm/],
  ['alg as a list', forge({ ...header, alg: ['EdDSA'] }), /algorithm/],
  ['no alg', forge({ typ: header.typ, kid: key.id }), /algorithm is undefined/],
  ['another type', forge({ ...header, typ: 'JWT' }), /type is "JWT"/],
  ['a critical extension', forge({ ...header, crit: ['b64'], b64: false }), /header holds "crit"/],
  ['a key of its own', forge({ ...header, jwk: stranger.publicKey.export({ format: 'jwk' }) }), /header holds "jwk"/],
  ['a prototype', forge(`{"alg":"EdDSA","typ":"${header.typ}","kid":"${key.id}","__proto__":{}}`), /header holds/],
  ['an unknown key', forge({ ...header, kid: keyId(stranger.publicKey) }), /no authority/],
  ['no key id', forge({ alg: header.alg, typ: header.typ }), /no authority/],
  ['another key under the right id', signConnectionToken(claims, { ...key, ...stranger, id: key.id }), /signature/],
  ['a signature of something else', `${part(header)}.${part({ ...claims, group: 'admin' })}.${signature}`, /signature/],
  [
    'a secret made of the public key',
    `${secret}.${createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(secret)
      .digest('base64url')}`,
    /algorithm/,
  ],
  ['four parts', `${signConnectionToken(claims, key)}.x`, /three parts/],
  ['two parts', `${part(header)}.${part(claims)}`, /three parts/],
  ['padding', `${part(header)}=.${part(claims)}.${signature}`, /base64url/],
  ['spaces', ` ${signConnectionToken(claims, key)}`, /base64url/],
  ['a payload that is no object', forge(header, [1]), /JSON objects/],
  ['a payload that is no JSON', forge(header, 'x'), /JSON objects/],
  ['megabytes', 'a'.repeat(1 << 20), /longer/],
  ['another issuer', forge(header, { ...claims, iss: 'spiffe://other' }), /issued it, not/],
  ['no expiry', forge(header, { ...claims, exp: undefined }), /exp is no time/],
  ['an expiry that is a text', forge(header, { ...claims, exp: '9999999999' }), /exp is no time/],
  ['an expiry past all numbers', forge(header, { ...claims, exp: 1e300 }), /exp is no time/],
  ['an expiry far away', forge(header, { ...claims, exp: iat + 1e10 }), /no bounds/],
  ['not valid yet', forge(header, { ...claims, nbf: iat + 120 }), /not valid yet/],
  ['no jti', forge(header, { ...claims, jti: '' }), /jti is no name/],
  ['a group that is a list', forge(header, { ...claims, group: ['default'] }), /group is no name/],
] as const) {
  test(`a token is refused: ${what}`, () => {
    assert.throws(
      () => open(token),
      (error: unknown) => error instanceof TokenRefusal && why.test(error.message),
    )
  })
}

test('a key of another kind verifies nothing', () => {
  const id = keyId(curve.publicKey)
  assert.throws(() => openToken(header.typ, forge({ ...header, kid: id }), new Map([[id, curve.publicKey]])), /Ed25519/)
})

test('a directory of regions leads to the own region and then along its lineage', () => {
  const entry = (region: string, lineage: string) => ({ region, lineage, url: `https://${region}.example:7943` })
  const directory = { iss: issuer, iat, regions: [entry('east', 'a'), entry('south', 'b'), entry('west', 'a')] }
  const opened = openDirectory(signDirectory(directory, key), keys, issuer)
  assert.deepEqual(controlPlanesFor('west', opened), ['https://west.example:7943', 'https://east.example:7943'])
  assert.deepEqual(controlPlanesFor('south', opened), ['https://south.example:7943'])
  assert.throws(() => controlPlanesFor('north', opened), TokenRefusal)
  assert.throws(() => openDirectory(signConnectionToken(claims, key), keys, issuer), /type is/)
  assert.throws(() => openDirectory(signDirectory({ ...directory, iss: 'x' }, key), keys, issuer), /issued it/)
  const plain = { ...directory, regions: [{ ...entry('east', 'a'), url: 'http://east' }] }
  assert.throws(() => openDirectory(signDirectory(plain, key), keys, issuer), /no address/)
})
