import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { resourceName } from '../../constructs/index.ts'

const part = fc.stringMatching(/^[a-z][a-z0-9]{0,40}$/)

test('a name that fits is what its parts say', () => {
  assert.equal(resourceName(32, 'payments', 'us-east-1', 'gateways'), 'payments-us-east-1-gateways')
})

test('a name never exceeds its limit, is always the same, and differs where long names differ', () => {
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      const name = resourceName(32, a, b, c)
      assert.ok(name.length <= 32)
      assert.match(name, /^[a-z][a-z0-9-]*[a-z0-9]$|^[a-z]$/)
      assert.equal(resourceName(32, a, b, c), name)
      assert.notEqual(resourceName(32, a, b, `${c}x`), name)
    }),
  )
})
