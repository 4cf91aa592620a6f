import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { PackReader, PackWriter } from '../../../provider/framework/wire/message-pack.ts'

// biome-ignore lint/suspicious/noExplicitAny: whatever MessagePack holds.
type Any = any

function read(reader: PackReader): Any {
  const next = reader.next()
  if (next === 'list') return Array.from({ length: reader.list() }, () => read(reader))
  if (next === 'map') {
    const pairs = Array.from({ length: reader.map() }, () => [reader.text(), read(reader)] as const)
    return Object.fromEntries(pairs)
  }
  return reader[next]()
}

function write(writer: PackWriter, value: Any): void {
  if (value === null) writer.nil()
  else if (typeof value === 'boolean') writer.bool(value)
  else if (typeof value === 'string') writer.text(value)
  else if (value instanceof Uint8Array) writer.bytes(value)
  else if (Array.isArray(value)) {
    writer.list(value.length)
    for (const item of value) write(writer, item)
  } else if (typeof value === 'object') {
    writer.map(Object.keys(value).length)
    for (const [name, item] of Object.entries(value)) {
      writer.text(name)
      write(writer, item)
    }
  } else writer.integer(value)
}

const theirs = (value: Any) => Buffer.from(encode(value, { useBigInt64: true }))
const ours = (value: Any) => {
  const writer = new PackWriter()
  write(writer, value)
  return writer.content
}

const bytes = fc.uint8Array().map((data) => Buffer.from(data))
const signed = fc.integer()
const unsigned = fc.nat({ max: 0xffff_ffff })
const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
const text = fc.string({ unit: 'binary', maxLength: 300 })
const { any } = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    ...[fc.constant(null), fc.boolean(), signed, unsigned, wide, text, bytes],
    fc.array(tie('any'), { maxLength: 20 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 20, noNullPrototype: true }),
  ),
}))

test('MessagePack is written byte for byte as by the package of that name, and read as it was written', () => {
  fc.assert(
    fc.property(any, (value) => {
      const written = ours(value)
      assert.equal(written.toString('hex'), theirs(value).toString('hex'))
      const reader = new PackReader(written)
      assert.deepEqual(read(reader), value)
      assert.ok(reader.isAtEnd)
    }),
  )
})

for (const length of [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536]) {
  test(`what is ${length} long is as long when it is read`, () => {
    const names = Array.from({ length }, (_, index) => `n${index}`)
    for (const value of ['x'.repeat(length), Buffer.alloc(length, 7), names, Object.fromEntries(names.entries())]) {
      const written = ours(value)
      assert.ok(written.equals(theirs(value)))
      assert.deepEqual(read(new PackReader(written)), value)
    }
  })
}

test('fractions are read in either size, and whole numbers that need more than 32 bits', () => {
  for (const value of [0.5, -1.25, 2 ** 70]) {
    assert.equal(read(new PackReader(theirs(value))), value)
  }
  assert.equal(read(new PackReader(encode(0.5, { forceFloat32: true }))), 0.5)
  assert.equal(ours(2 ** 40).toString('hex'), 'cf0000010000000000')
  assert.equal(ours(-(2 ** 40)).toString('hex'), 'd3ffffff0000000000')
})

test('an extension of any size is passed by', () => {
  for (const extension of ['d40000', 'd50c0102', 'd60001020304', 'c7030c8101c2', `c8010001${'00'.repeat(256)}`]) {
    const reader = new PackReader(Buffer.from(`92${extension}07`, 'hex'))
    assert.equal(reader.list(), 2)
    assert.equal(reader.next(), 'extension')
    reader.extension()
    assert.equal(reader.number(), 7)
  }
})

test('whatever bytes come, they are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      try {
        read(new PackReader(noise))
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})
