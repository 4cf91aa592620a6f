import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { DataKey, sealedBy } from '../../../../runtime/control-plane/keyring/data-key.ts'
import { WrappingKey } from '../../../../runtime/control-plane/keyring/wrapping-key.ts'

const TEXT = '{"key":"a private key, 私"}'

describe('a data key', () => {
  it('opens what it sealed, also after a restart', () => {
    const key = DataKey.create()
    const sealed = key.seal('ssls/1', TEXT)
    assert.equal(sealedBy(sealed), key.id)
    assert.equal(sealedBy(TEXT), undefined)
    assert.ok(!sealed.includes('private'))
    assert.equal(new DataKey(key.id, key.secret).open('ssls/1', sealed), TEXT)
  })

  it('seals the same text differently each time', () => {
    const key = DataKey.create()
    assert.equal(new Set(Array.from({ length: 100 }, () => key.seal('ssls/1', TEXT))).size, 100)
  })

  it('opens nothing that was moved, changed, cut, or sealed by another', () => {
    const key = DataKey.create()
    const sealed = key.seal('ssls/1', TEXT)
    const refused = { code: 'KEYRING_DAMAGED' }
    assert.throws(() => key.open('ssls/2', sealed), refused)
    assert.throws(() => new DataKey(key.id, DataKey.create().secret).open('ssls/1', sealed), refused)
    const start = `antipode:1:${key.id}:`.length
    const bytes = Buffer.from(sealed.slice(start), 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      assert.throws(
        () => key.open('ssls/1', sealed.slice(0, start) + changed.toString('base64')),
        refused,
        `byte ${at}`,
      )
    }
    for (const length of [0, 10, 27, 28, 43, 44, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString('base64')
      assert.throws(() => key.open('ssls/1', sealed.slice(0, start) + cut), refused, `${length} bytes`)
    }
  })
})

describe('a wrapping key', () => {
  it('is read from hex or base64, from a file or a variable, and is one and the same', async (test) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
    test.after(() => rmSync(folder, { recursive: true, force: true }))
    const bytes = randomBytes(32)
    const file = path.join(folder, 'key')
    writeFileSync(file, `${bytes.toString('hex')}\n`)
    const fromFile = await WrappingKey.read({ file }, {})
    const fromVariable = await WrappingKey.read({ env: 'KEY' }, { KEY: bytes.toString('base64') })
    assert.equal(fromFile.id, fromVariable.id)
    const { id, secret } = DataKey.create()
    assert.deepEqual(fromVariable.unwrap(id, fromFile.wrap(id, secret)), secret)
    assert.throws(() => fromVariable.unwrap('another', fromFile.wrap(id, secret)))
    const other = await WrappingKey.read({ env: 'KEY' }, { KEY: randomBytes(32).toString('hex') })
    assert.notEqual(other.id, fromFile.id)
    assert.throws(() => other.unwrap(id, fromFile.wrap(id, secret)))
  })

  it('is refused where it is missing, short, or no key at all, and is not repeated', async () => {
    for (const KEY of ['', 'a password', randomBytes(31).toString('base64'), randomBytes(33).toString('hex')]) {
      await assert.rejects(WrappingKey.read({ env: 'KEY' }, { KEY }), (error: Error) => {
        assert.match(error.message, /^the key of variable KEY cannot be used/)
        assert.ok(KEY === '' || !error.message.includes(KEY))
        return true
      })
    }
    await assert.rejects(WrappingKey.read({ file: '/nonexistent/key' }, {}), { code: 'KEYRING_INVALID' })
  })
})
