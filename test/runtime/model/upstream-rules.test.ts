import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { createAuthority } from '../../../runtime/control-plane/pki/authority.ts'
import { checkUpstreamRules } from '../../../runtime/model/upstream-rules.ts'

const nodes = { '127.0.0.1:80': 1 }

describe('rules of an upstream beyond its schema', () => {
  for (const address of ['a', 'a:1', 'a.example:65535', '127.0.0.1:80', '[::1]:80', '[::1]', '::1', 'fe80::1:2']) {
    it(`takes ${address} as a node`, () => assert.equal(checkUpstreamRules({ nodes: { [address]: 1 } }), undefined))
  }
  for (const address of ['', ':80', 'a:', 'a:0', 'a:65536', 'a:b', 'a:1:2', 'a b:1', 'a:1e3', '[::1]80']) {
    it(`does not take ${JSON.stringify(address)} as a node`, () => {
      assert.match(
        checkUpstreamRules({ nodes: { [address]: 1 } }) ?? '',
        /^invalid configuration: property "nodes" validation failed: failed to validate /,
      )
    })
  }

  it('wants a key for what chash hashes, except a consumer', () => {
    assert.equal(checkUpstreamRules({ nodes, type: 'chash' }), 'missing key')
    assert.equal(checkUpstreamRules({ nodes, type: 'chash', hash_on: 'consumer' }), undefined)
    assert.equal(checkUpstreamRules({ nodes, type: 'chash', key: 'remote_addr' }), undefined)
    assert.equal(checkUpstreamRules({ nodes, type: 'chash', key: 'arg_user' }), undefined)
    assert.match(checkUpstreamRules({ nodes, type: 'chash', key: 'user' }) ?? '', /failed to match pattern/)
    assert.equal(checkUpstreamRules({ nodes, type: 'chash', hash_on: 'header', key: 'X-User' }), undefined)
    assert.equal(
      checkUpstreamRules({ nodes, type: 'chash', hash_on: 'vars_combinations', key: '$host$uri' }),
      undefined,
    )
  })

  it('wants a host to rewrite to', () => {
    assert.match(checkUpstreamRules({ nodes, pass_host: 'rewrite' }) ?? '', /`upstream_host` can't be empty/)
    assert.equal(checkUpstreamRules({ nodes, pass_host: 'rewrite', upstream_host: 'a.example' }), undefined)
  })

  it('wants a client certificate with its own key', async () => {
    const { certificate, key } = await createAuthority('local')
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const check = (client_cert: string, client_key: string) =>
      checkUpstreamRules({ nodes, tls: { client_cert, client_key } })
    assert.equal(check(certificate, key), undefined)
    assert.match(check('nonsense', key) ?? '', /^failed to parse cert: /)
    assert.match(check(certificate, 'nonsense') ?? '', /^failed to parse key: /)
    assert.match(check(certificate, other) ?? '', /is not the key/)
  })
})
