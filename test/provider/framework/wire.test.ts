import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { type Attributes, objectType } from '../../../provider/framework/schema.ts'
import { schemaMessage } from '../../../provider/framework/schema-message.ts'
import {
  Dynamic,
  isIdentical,
  isSame,
  NumberText,
  type Type,
  toDynamic,
  toJson,
  UNKNOWN,
  type Value,
  type ValueObject,
} from '../../../provider/framework/values.ts'
import {
  bool,
  bytes,
  decodeMessage,
  encodeMessage,
  int,
  list,
  map,
  message,
  present,
  string,
} from '../../../provider/framework/wire/message.ts'
import { CALLS } from '../../../provider/framework/wire/plugin-protocol.ts'
import { decodeValue, encodeValue, fits, isNullSent } from '../../../provider/framework/wire/value-codec.ts'
import { attributes, configOf } from './arbitrary-schema.ts'

const Inner = { text: string(1), number: int(2) }
const Message = {
  text: string(1),
  data: bytes(2),
  flag: bool(3),
  number: int(4),
  one: message(5, () => Inner),
  many: list(message(6, () => Inner)),
  named: map(string(7)),
  choice: present(int(8)),
}

test('any message comes out as it went in', () => {
  const plain = { noNullPrototype: true }
  const inner = fc.record({ text: fc.string(), number: fc.maxSafeInteger() }, plain)
  const any = fc.record({
    ...{
      text: fc.string({ unit: 'binary' }),
      flag: fc.boolean(),
      number: fc.maxSafeInteger(),
      one: fc.option(inner, { nil: undefined }),
    },
    data: fc.uint8Array().map((data) => Buffer.from(data)),
    many: fc.array(inner),
    named: fc.dictionary(fc.string(), fc.string()),
    choice: fc.option(fc.constantFrom(0, 1, -1), { nil: undefined }),
  })
  fc.assert(
    fc.property(any, (value) => {
      const read = decodeMessage(Message, encodeMessage(Message, value))
      assert.deepEqual(
        { ...read, data: Buffer.from(read.data), named: { ...read.named } },
        { ...value, named: { ...value.named } },
      )
    }),
  )
})

test('bytes are encoded as Protocol Buffers lay it down', () => {
  // The examples of https://protobuf.dev/programming-guides/encoding
  assert.equal(encodeMessage({ a: int(1) }, { a: 150 }).toString('hex'), '089601')
  assert.equal(encodeMessage({ b: string(2) }, { b: 'testing' }).toString('hex'), '120774657374696e67')
  assert.equal(encodeMessage({ c: message(3, () => ({ a: int(1) })) }, { c: { a: 150 } }).toString('hex'), '1a03089601')
  assert.equal(encodeMessage({ a: int(1) }, { a: -2 }).toString('hex'), '08feffffffffffffffff01')
})

test('fields of a newer peer are passed over', () => {
  const sent = encodeMessage({ a: string(1), z: string(99), n: int(98) }, { a: 'x', z: 'new', n: 7 })
  assert.deepEqual(decodeMessage({ a: string(1) }, sent), { a: 'x' })
})

test('whatever bytes come, a message is read or refused', () => {
  const request = CALLS.PlanResourceChange.request
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      try {
        decodeMessage(request, noise)
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})

test('any value of any schema comes out as it went in', () => {
  const any = attributes.chain((schema) => fc.tuple(fc.constant(schema), configOf(schema)))
  fc.assert(
    fc.property(any, ([schema, value]) => {
      const type = objectType(schema)
      assert.ok(isSame(type, decodeValue(type, encodeValue(type, value)), value))
    }),
  )
})

test('a value is identical to itself as it is read again, and to no other', () => {
  const any = attributes.chain((schema) => fc.tuple(fc.constant(schema), configOf(schema)))
  fc.assert(
    fc.property(any, ([schema, value]) => {
      const type = objectType(schema)
      const [once, again] = [value, value].map((item) => decodeValue(type, encodeValue(type, item))) as ValueObject[]
      assert.ok(isIdentical(once!, again!))
      assert.ok(!isIdentical(once!, { ...again!, more: true }))
      for (const name of Object.keys(once!))
        assert.ok(!isIdentical(once!, { ...again!, [name]: 'no value that is made up' }))
    }),
  )
  assert.ok(!isIdentical(toDynamic([1]), new Dynamic(['list', 'number'], [1])))
  assert.ok(!isIdentical([1, 2], [2, 1]))
  assert.ok(isIdentical(new NumberText('0.33'), new NumberText('0.33')))
  assert.ok(!isIdentical(new NumberText('0.33'), new NumberText('0.34')))
})

test('null is known from what is sent of it', () => {
  assert.ok(isNullSent({}))
  assert.ok(isNullSent(encodeValue('string', null)))
  assert.ok(isNullSent({ json: Buffer.from('null') }))
  assert.ok(!isNullSent(encodeValue('string', UNKNOWN)))
  assert.ok(!isNullSent(encodeValue(['object', {}], {})))
  assert.ok(!isNullSent({ json: Buffer.from('{}') }))
})

test('a state fits its type where every attribute in it is known', () => {
  const type: Type = ['object', { name: 'string', nodes: ['list', ['object', { port: 'number' }]], plugins: 'dynamic' }]
  assert.ok(fits(type, { name: 'a', nodes: [{ port: 1 }, {}], plugins: { type: 'string', value: 'b' } }))
  assert.ok(fits(type, { nodes: null }))
  assert.ok(!fits(type, { name: 'a', gone: 1 }))
  assert.ok(!fits(type, { nodes: [{ port: 1, gone: 1 }] }))
  assert.ok(!fits(type, { nodes: 'none' }))
})

test('any schema is sent', () => {
  const response = CALLS.GetProviderSchema.response
  fc.assert(
    fc.property(attributes, (schema: Attributes) => {
      const sent = encodeMessage(response, { provider: schemaMessage({ description: 'd', attributes: schema }) })
      const read = decodeMessage(response, sent).provider?.block?.attributes ?? []
      assert.deepEqual(
        read.map(({ name }) => name),
        Object.keys(schema),
      )
    }),
  )
})

test('unknown values are told apart from null, refined ones too', () => {
  assert.equal(Buffer.from(encodeValue('string', UNKNOWN).msgpack!).toString('hex'), 'd40000')
  assert.equal(decodeValue('string', { msgpack: encode(null) }), null)
  // Extension 12: unknown, and known not to be null.
  assert.equal(decodeValue('string', { msgpack: Buffer.from('c7030c8101c2', 'hex') }), UNKNOWN)
})

test('numbers stay the numbers they are', () => {
  const read = (raw: unknown) => decodeValue('number', { msgpack: encode(raw, { useBigInt64: true }) })
  const write = (value: Value) => decode(encodeValue('number', value).msgpack!, { useBigInt64: true })
  assert.deepEqual([read(7), read(0.5), read(2n ** 60n), read('0.1')], [7, 0.5, 2n ** 60n, 0.1])
  assert.deepEqual(read('0.3333333333333333333333'), new NumberText('0.3333333333333333333333'))
  assert.deepEqual([write(7), write(1.2), write(2n ** 60n)], [7, '1.2', 2n ** 60n])
  assert.equal(write(new NumberText('0.3333333333333333333333')), '0.3333333333333333333333')
})

test('a dynamic value keeps the type that its writer gave it', () => {
  const value = new Dynamic(['map', 'string'], { a: 'b' })
  assert.deepEqual(decodeValue('dynamic', encodeValue('dynamic', value)), value)
  assert.deepEqual(toDynamic([1, { a: null }]).type, ['tuple', ['number', ['object', { a: 'dynamic' }]]])
  assert.deepEqual(toJson(toDynamic([1, { a: null }])), [1, { a: null }])
})

test('a value that is not of its type is refused', () => {
  for (const [type, raw] of [
    ['string', 7],
    ['bool', 'true'],
    [['list', 'string'], { a: 1 }],
    [['map', 'string'], ['a']],
    ['dynamic', 'text'],
  ] as const) {
    assert.throws(() => decodeValue(type, { msgpack: encode(raw) }), RangeError)
  }
})

test('a large value that is sent again is the one that was read before, and no other is', () => {
  const routes = (count: number) =>
    toDynamic(Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, { uris: [`/${index}/*`] }])))
  const type: Type = ['object', { name: 'string', routes: 'dynamic' }]
  const read = (name: string, value: Value) => {
    return (decodeValue(type, encodeValue(type, { name, routes: value })) as ValueObject).routes
  }
  const first = read('a', routes(500))
  assert.deepEqual(first, routes(500))
  assert.equal(read('another', routes(500)), first)
  for (const count of [499, 501, 400, 600, 700, 800]) assert.deepEqual(read('a', routes(count)), routes(count))
  assert.deepEqual(read('a', routes(500)), routes(500))
})

test('an object is read in whatever order its fields are sent, with names of any length', () => {
  const long = 'n'.repeat(40)
  const type: Type = ['object', { b: 'string', a: ['list', ['object', { y: 'number', x: 'bool' }]], [long]: 'string' }]
  const value = { a: [{ x: true, y: 1 }], b: 'text', [long]: 'more' }
  for (const sent of [value, { b: 'text', [long]: 'more', a: [{ y: 1, x: true }] }, { [long]: 'more', ...value }]) {
    assert.deepEqual(decodeValue(type, { msgpack: encode(sent) }), value)
  }
  assert.deepEqual(decodeValue(type, { msgpack: encode({ b: 'text' }) }), { b: 'text' })
  assert.throws(() => decodeValue(type, { msgpack: encode({ c: 'text' }) }), RangeError)
})
