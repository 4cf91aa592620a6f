import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { maskSecrets } from '../../../../runtime/control-plane/audit/mask-secrets.ts'
import type { StoredType } from '../../../../runtime/model/resource.ts'

const PLANTED = 'planted-4711'
const PEM = `-----BEGIN EC PRIVATE KEY-----\n${PLANTED}\n-----END EC PRIVATE KEY-----`

/** Resources that hold a secret, each in another place. */
const HOLDING: readonly (readonly [StoredType, object])[] = [
  ['ssls', { cert: 'public', key: PEM }],
  ['ssls', { certs: ['public'], keys: [PEM, PEM] }],
  ['upstreams', { nodes: {}, tls: { client_cert: 'public', client_key: PLANTED } }],
  ['consumers', { username: 'jack', plugins: { 'key-auth': { key: PLANTED } } }],
  ['credentials', { plugins: { 'basic-auth': { username: 'jack', password: PLANTED } } }],
  ['credentials', { plugins: { 'jwt-auth': { key: 'jack', secret: PLANTED, private_key: PEM } } }],
  ['credentials', { plugins: { 'hmac-auth': { key_id: 'jack', secret_key: PLANTED } } }],
  ['routes', { plugins: { 'limit-count': { count: 1, key: 'remote_addr', redis_password: PLANTED } } }],
  [
    'routes',
    { plugins: { 'openid-connect': { client_id: 'a', client_secret: PLANTED, session: { secret: PLANTED } } } },
  ],
  ['routes', { plugins: { 'proxy-rewrite': { headers: { set: { Authorization: `Bearer ${PLANTED}` } } } } }],
  ['routes', { plugins: { 'proxy-rewrite': { headers: { set: { 'X-API-KEY': PLANTED } } } } }],
  ['routes', { plugins: { 'http-logger': { uri: `https://user:${PLANTED}@example.com/`, auth_header: PLANTED } } }],
  ['routes', { plugins: { csrf: { key: PLANTED } } }],
  ['plugin_metadata', { brokers: [{ sasl_config: { user: 'a', password: PLANTED } }] }],
  ['secrets', { uri: 'https://vault', prefix: 'kv', token: PLANTED }],
  ['secrets', { access_key_id: 'id', secret_access_key: PLANTED, session_token: PLANTED }],
  ['secrets', { auth_config: { client_email: 'a', private_key: PEM } }],
  ['users', { username: 'ann', password: { hash: PLANTED, salt: PLANTED }, session_key: PLANTED }],
  ['tokens', { name: 'ci', hash: PLANTED }],
]

describe('the audit log', () => {
  for (const [type, value] of HOLDING) {
    it(`keeps no secret of ${type} like ${JSON.stringify(value).slice(0, 80)}`, () => {
      for (const before of [undefined, value, {}]) {
        const masked = JSON.stringify(maskSecrets(type, value, before))
        assert.ok(!masked.includes(PLANTED), masked)
        assert.match(masked, /\*\*\*/)
      }
    })
  }

  it('says that a secret has changed, and not to what', () => {
    const of = (key: string) => ({ plugins: { 'key-auth': { key } } })
    assert.deepEqual(maskSecrets('consumers', of('a'), of('a')), of('***'))
    assert.deepEqual(maskSecrets('consumers', of('b'), of('a')), of('*** (changed)'))
  })

  it('keeps what only looks like a secret', () => {
    const harmless: [StoredType, object][] = [
      ['routes', { uri: '/a', plugins: { 'limit-count': { count: 1, time_window: 2, key: 'remote_addr' } } }],
      ['routes', { plugins: { 'key-auth': { hide_credentials: true } } }],
      ['upstreams', { type: 'chash', hash_on: 'vars', key: 'arg_id', nodes: {} }],
      ['consumers', { plugins: { 'key-auth': { key: '$secret://vault/1/jack' } } }],
      [
        'permission_policies',
        { statement: [{ conditions: { a: { options: { key: 'team', operator: 'exact_match' } } } }] },
      ],
    ]
    for (const [type, value] of harmless) assert.deepEqual(maskSecrets(type, value), value)
  })

  it('keeps the shape of whatever it masks, and never fails', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, before) => {
        const masked = maskSecrets('routes', value, before)
        assert.equal(Array.isArray(masked), Array.isArray(value))
        if (typeof value === 'object' && value !== null) {
          assert.deepEqual(Object.keys(masked as object), Object.keys(value))
        }
      }),
    )
  })
})
