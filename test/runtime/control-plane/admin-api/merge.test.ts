import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { mergePatch, setAtPath } from '../../../../runtime/control-plane/admin-api/merge.ts'

describe('merging a patch', () => {
  it('merges objects, replaces everything else whole, and deletes what is null', () => {
    const value = { a: { b: 1, c: [1, 2] }, d: 'x', e: 1 }
    assert.deepEqual(mergePatch(value, { a: { c: [3], f: { g: null, h: 1 } }, d: null, e: { i: 1 } }), {
      a: { b: 1, c: [3], f: { h: 1 } },
      e: { i: 1 },
    })
    assert.deepEqual(value, { a: { b: 1, c: [1, 2] }, d: 'x', e: 1 })
  })

  it('is done after one time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, patch) => {
        const once = mergePatch(value, patch)
        assert.deepEqual(mergePatch(once, patch), once)
      }),
    )
  })
})

describe('setting what stands at a path', () => {
  it('creates the objects on the way, and changes nothing beside it', () => {
    const value = { a: { b: 1 } }
    assert.deepEqual(setAtPath(value, ['a', 'c', 'd'], [1]), { value: { a: { b: 1, c: { d: [1] } } } })
    assert.deepEqual(value, { a: { b: 1 } })
  })

  it('deletes what is set to null', () => {
    assert.deepEqual(setAtPath({ a: { b: 1 } }, ['a', 'b'], null), { value: { a: {} } })
  })

  for (const [value, path] of [
    [{ a: 1 }, '/a'],
    [{ a: [1] }, '/a'],
    [{ a: { b: 'x' } }, '/a/b'],
  ] as const) {
    it(`names ${path}, which holds no object, as where it stopped`, () => {
      assert.deepEqual(setAtPath(value, [...path.slice(1).split('/'), 'z'], 1), { invalidPath: path })
    })
  }
})
