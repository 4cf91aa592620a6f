import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkPlanAnswer } from '../../../provider/framework/conformance/core-rules.ts'
import { planChange } from '../../../provider/framework/planner.ts'
import { type Attributes, objectType } from '../../../provider/framework/schema.ts'
import { Dynamic, isSame, toDynamic, UNKNOWN } from '../../../provider/framework/values.ts'
import { change } from './arbitrary-schema.ts'

const SCHEMA: Attributes = {
  id: { description: '', type: 'string', presence: 'optional-computed', replaces: true },
  name: { description: '', type: 'string', presence: 'required' },
  weight: { description: '', type: 'number', presence: 'optional-computed', default: 1 },
  body: { description: '', type: 'dynamic', presence: 'optional' },
  key_wo: { description: '', type: 'string', presence: 'optional', writeOnly: true },
  revision: { description: '', type: 'number', presence: 'volatile' },
}
const unwritten = { id: null, name: 'a', weight: null, body: null, key_wo: null, revision: null }
const state = { ...unwritten, id: '1', weight: 1, revision: 7 }

test('any plan of any schema keeps to the rules of Core', () => {
  fc.assert(
    fc.property(change, ({ schema, prior, config }) => {
      const { planned } = planChange(schema, prior, config)
      assert.deepEqual(checkPlanAnswer(schema, { prior, config, planned }), [])
    }),
    { numRuns: 300 },
  )
})

test('a plan of what a plan led to changes nothing', () => {
  fc.assert(
    fc.property(change, ({ schema, config }) => {
      const { planned } = planChange(schema, null, config)
      assert.ok(isSame(objectType(schema), planChange(schema, planned, config).planned, planned))
    }),
    { numRuns: 300 },
  )
})

test('what is not written has its default, or is the provider’s to know', () => {
  assert.deepEqual(planChange(SCHEMA, null, unwritten).planned, {
    ...unwritten,
    id: UNKNOWN,
    weight: 1,
    revision: UNKNOWN,
  })
})

test('nothing changes where nothing is written otherwise', () => {
  assert.deepEqual(planChange(SCHEMA, state, unwritten), { planned: state, replaced: [] })
})

test('a change makes what comes anew with it unknown, and only that', () => {
  const { planned, replaced } = planChange(SCHEMA, state, { ...unwritten, name: 'b' })
  assert.deepEqual(planned, { ...state, name: 'b', revision: UNKNOWN })
  assert.deepEqual(replaced, [])
})

test('another identity is another resource', () => {
  assert.deepEqual(planChange(SCHEMA, state, { ...unwritten, id: '2' }).replaced, [['id']])
})

test('a default comes back where a value is no longer written', () => {
  assert.equal(planChange(SCHEMA, { ...state, weight: 5 }, unwritten).planned.weight, 1)
})

test('what is write-only is in no plan, and changes nothing by itself', () => {
  assert.deepEqual(planChange(SCHEMA, state, { ...unwritten, key_wo: 'secret' }).planned, state)
})

test('an object that is written as a map is what it was', () => {
  const prior = { ...state, body: toDynamic({ a: 'x', b: ['y'] }) }
  const written = new Dynamic(['map', 'dynamic'], { b: new Dynamic(['list', 'string'], ['y']), a: 'x' })
  assert.equal(planChange(SCHEMA, prior, { ...unwritten, body: written }).planned, prior)
})
