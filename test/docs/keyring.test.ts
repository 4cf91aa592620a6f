import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'

const page = readFileSync(new URL('../../docs/keyring.md', import.meta.url), 'utf8')

test('docs/keyring.md shows settings that are known', () => {
  const shown = parse(/^```yaml\n(.*?)^```/ms.exec(page)![1]!) as { antipode: object }
  const deployment = { role: 'control_plane', certs: { cert: 'a', cert_key: 'b', trusted_ca_cert: 'c' } }
  const antipode = { database: 'postgres://database', authority: { cert: 'a', key: 'b' }, ...shown.antipode }
  const bootstrap = 'a-secret-that-is-used-once'
  const text = JSON.stringify({ deployment, antipode: { ...antipode, identity: { bootstrap } } })
  const { config } = loadRuntimeConfig(text, 'config.yaml', {})
  assert.deepEqual(config.controlPlane.keyring, [{ file: '/run/secrets/keyring.key' }])
})

test('docs/keyring.md quotes what is said where a key is missing', () => {
  const { message } = new AntipodeError('KEYRING_KEY_MISSING', {
    ...{ id: '9d2a64c01b7e33f5', key: '5f0c2c41f8a9d7be' },
    places: 'file /run/secrets/keyring.key (key 77aa01c3de55b821)',
  })
  assert.ok(page.replaceAll('\n', ' ').includes(message), message)
})
