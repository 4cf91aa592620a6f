import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newWriteId, parseWriteId } from '../../../../runtime/control-plane/admin-api/write-id.ts'

describe('ids of writes', () => {
  it('are UUIDv7 that sort by the time they were made', () => {
    const ids = [0, 1, 1_700_000_000_000, 2 ** 48 - 1].map((time) => newWriteId(time))
    assert.ok(ids.every((id) => parseWriteId(id) === id && id[14] === '7'))
    assert.deepEqual(ids.toSorted(), ids)
    assert.equal(ids[1]?.slice(0, 13), '00000000-0001')
  })

  it('differ', () => {
    assert.equal(new Set(Array.from({ length: 1000 }, () => newWriteId(1))).size, 1000)
  })

  it('may be any UUID of a client, in either case', () => {
    assert.equal(parseWriteId('F47AC10B-58CC-4372-A567-0E02B2C3D479'), 'f47ac10b-58cc-4372-a567-0e02b2c3d479')
  })

  for (const text of ['', 'a', 'f47ac10b58cc4372a5670e02b2c3d479', '00000000-0000-0000-0000-000000000000', '../x']) {
    it(`may not be ${JSON.stringify(text)}`, () => assert.equal(parseWriteId(text), undefined))
  }
})
