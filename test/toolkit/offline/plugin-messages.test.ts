import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLUGIN_CALLS } from '../../../toolkit/offline/wire/plugin-protocol.ts'
import { decodeMessage, encodeMessage } from '../../../toolkit/offline/wire/protobuf.ts'
import { decodeValue, encodeValue, sameValue, UNKNOWN } from '../../../toolkit/offline/wire/value.ts'

const { response } = PLUGIN_CALLS.PlanResourceChange

test('a message is the bytes that the encoding prescribes', () => {
  const { request } = PLUGIN_CALLS.ImportResourceState
  assert.equal(encodeMessage(request, { type: 'aws_vpc', id: 'é' }).toString('hex'), '0a076177735f7670631202c3a9')
})

test('a message is read as it was written, also the first of a list and what a newer Terraform adds', () => {
  const message = {
    replacedFor: [{ steps: [{ attribute: 'rule' }, { index: 0 }, { attribute: 'port' }] }],
    diagnostics: [{ severity: 2, summary: 's'.repeat(300) }],
  }
  const unknownField = Buffer.from([0xfa, 0x01, 0x02, 0x08, 0x01])
  const bytes = Buffer.concat([encodeMessage(response, message), unknownField])
  assert.deepEqual(decodeMessage(response, bytes), message)
  assert.throws(() => decodeMessage(response, bytes.subarray(0, 5)), { message: 'the message is cut off' })
})

test('a value travels with what is unknown in it', () => {
  const value = { id: UNKNOWN, ports: [80, -1, 0.5], tags: { a: 'ü' }, none: null, on: true }
  const wire = encodeValue(value)
  assert.deepEqual(decodeValue(wire), value)
  // Unknown, and unknown but known not to be null, as Terraform sends them.
  assert.equal(decodeValue({ msgpack: Buffer.from('d40000', 'hex') }), UNKNOWN)
  assert.equal(decodeValue({ msgpack: Buffer.from('c7030c8101c2', 'hex') }), UNKNOWN)
})

test('values are the same whatever the order of their fields, and sets whatever that of their elements', () => {
  assert.ok(sameValue({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }))
  assert.ok(sameValue(null, ''))
  assert.ok(sameValue(undefined, []))
  assert.ok(!sameValue(['a', 'b'], ['b', 'a']))
  assert.ok(sameValue(['a', 'b'], ['b', 'a'], true))
  assert.ok(!sameValue(false, null))
})
