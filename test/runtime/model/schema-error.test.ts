import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileSchema } from '../../../runtime/model/schema-compiler.ts'

/** The texts are those of the Lua library `jsonschema`, which APISIX uses: scripts and people match on them. */
const CASES: readonly (readonly [schema: object, value: unknown, text: string])[] = [
  [{ type: 'string' }, 1, 'wrong type: expected string, got number'],
  [{ type: 'string' }, {}, 'wrong type: expected string, got table'],
  [{ type: 'object' }, [], 'wrong type: expected object, got table'],
  [{ type: 'array' }, {}, 'wrong type: expected array, got table'],
  [{ type: 'object' }, null, 'wrong type: expected object, got userdata'],
  [{ type: 'integer' }, 1.5, 'wrong type: expected integer, got number'],
  [{ type: 'number' }, true, 'wrong type: expected number, got boolean'],
  [{ type: ['string', 'integer'] }, {}, 'wrong type: expected one of string, integer, got table'],
  [{ type: 'object', required: ['a'] }, {}, 'property "a" is required'],
  [{ type: 'object', dependencies: { a: ['b'] } }, { a: 1 }, 'property "b" is required when "a" is set'],
  [
    { type: 'object', dependencies: { a: { required: ['b'] } } },
    { a: 1 },
    'failed to validate dependent schema for "a": property "b" is required',
  ],
  [
    { type: 'object', properties: { a: {} }, additionalProperties: false },
    { a: 1, b: 1 },
    'additional properties forbidden, found b',
  ],
  [
    { type: 'object', additionalProperties: { type: 'string' } },
    { b: 1 },
    'failed to validate additional property b: wrong type: expected string, got number',
  ],
  [
    { type: 'object', patternProperties: { '^x-': { type: 'string' } } },
    { 'x-a': 1 },
    'failed to validate x-a (matching "^x-"): wrong type: expected string, got number',
  ],
  [{ type: 'object', minProperties: 1 }, {}, 'expect object to have at least 1 properties'],
  [{ type: 'object', maxProperties: 1 }, { a: 1, b: 1 }, 'expect object to have at most 1 properties'],
  [{ type: 'array', minItems: 2 }, [1], 'expect array to have at least 2 items'],
  [{ type: 'array', maxItems: 1 }, [1, 2], 'expect array to have at most 1 items'],
  [{ type: 'array', uniqueItems: true }, [1, 2, 1], 'expected unique items but items 1 and 3 are equal'],
  [
    { type: 'array', items: { type: 'string' } },
    ['a', 'b', 3],
    'failed to validate item 3: wrong type: expected string, got number',
  ],
  [
    { type: 'array', items: [{ type: 'string' }, { type: 'integer' }], minItems: 2, additionalItems: false },
    ['a', 'b'],
    'failed to validate item 2: wrong type: expected integer, got string',
  ],
  [
    { type: 'array', items: [{ type: 'string' }], minItems: 1, additionalItems: false },
    ['a', 'b'],
    'found unexpected extra items in array',
  ],
  [{ type: 'string', minLength: 1 }, '', 'string too short, expected at least 1, got 0'],
  [{ type: 'string', maxLength: 1 }, '漢字', 'string too long, expected at most 1, got 2'],
  [{ type: 'string', maxLength: 1 }, '😀😀', 'string too long, expected at most 1, got 2'],
  [{ type: 'string', pattern: '^\\d+$' }, 'a"b', 'failed to match pattern "^\\\\d+$" with "a\\"b"'],
  [{ type: 'string', pattern: '^a$' }, 'b\nc', 'failed to match pattern "^a$" with "b\\\nc"'],
  [{ type: 'integer', minimum: 1 }, 0, 'expected 0 to be at least 1'],
  [{ type: 'integer', maximum: 1 }, 2, 'expected 2 to be at most 1'],
  [{ type: 'number', exclusiveMinimum: 0 }, 0, 'expected 0 to be greater than 0'],
  [{ type: 'number', exclusiveMaximum: 1 }, 1, 'expected 1 to be smaller than 1'],
  [{ type: 'number', multipleOf: 2 }, 3, 'expected 3 to be a multiple of 2'],
  [{ enum: ['a', 'b'] }, 'c', 'matches none of the enum values'],
  [{ const: 'a' }, 'c', 'failed to check const value'],
  [{ type: 'string', format: 'ipv4' }, '300.1.1.1', 'expect valid ipv4 address but got: 300.1.1.1'],
  [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, {}, 'object matches none of the required'],
  [
    { type: 'object', anyOf: [{ required: ['a', 'b'] }, { required: ['c'] }] },
    {},
    'object matches none of the required: ["a","b"] or ["c"]',
  ],
  [
    { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    {},
    'value should match only one schema, but matches none',
  ],
  [
    { type: 'object', oneOf: [{ required: ['a'] }, { required: ['c'] }, { required: ['b'] }] },
    { a: 1, b: 1 },
    'value should match only one schema, but matches both schemas 1 and 3',
  ],
  [{ allOf: [{ type: 'object' }, { required: ['a'] }] }, {}, 'allOf 2 failed: property "a" is required'],
  [{ not: { type: 'string' } }, 'a', "value wasn't supposed to match schema"],
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  [{ type: 'object', if: { required: ['a'] }, then: { required: ['b'] } }, { a: 1 }, 'then clause did not match'],
  [{ type: 'object', if: { required: ['a'] }, else: { required: ['b'] } }, {}, 'else clause did not match'],
  [
    { type: 'object', properties: { 'a/b~c': { type: 'array', items: { type: 'object', required: ['x'] } } } },
    { 'a/b~c': [{}] },
    'property "a/b~c" validation failed: failed to validate item 1: property "x" is required',
  ],
  // A property may have the name of a keyword.
  [
    { type: 'object', properties: { items: { type: 'object', properties: { anyOf: { type: 'string' } } } } },
    { items: { anyOf: 1 } },
    'property "items" validation failed: property "anyOf" validation failed: wrong type: expected string, got number',
  ],
]

describe('schema errors in the words of APISIX', () => {
  for (const [schema, value, text] of CASES) {
    it(text, () => assert.equal(compileSchema(schema)(value), text))
  }

  it('tells of a property before what is beside it, and of the whole last', () => {
    const check = compileSchema({
      type: 'object',
      properties: { a: { type: 'string' } },
      additionalProperties: false,
      anyOf: [{ required: ['b'] }],
    })
    assert.equal(check({ a: 1, c: 1 }), 'property "a" validation failed: wrong type: expected string, got number')
    assert.equal(check({ a: '1', c: 1 }), 'additional properties forbidden, found c')
    assert.equal(check({ a: '1' }), 'object matches none of the required: ["b"]')
  })

  it('says nothing of a sound value, and changes none', () => {
    const check = compileSchema({ type: 'object', properties: { a: { type: 'integer', default: 1 } } })
    const value = {}
    assert.equal(check(value), undefined)
    assert.deepEqual(value, {})
  })
})
