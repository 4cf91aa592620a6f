import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyJsonPatch } from '../../../../runtime/control-plane/api7ee/json-patch.ts'

const DOCUMENT = { name: 'a', list: [1, 2], 'a/b': { 'c~d': 1 }, nested: { deep: {} } }

describe('JSON Patch', () => {
  for (const [what, patch, expected] of [
    ['adds a field', [{ op: 'add', path: '/x', value: 1 }], { ...DOCUMENT, x: 1 }],
    ['replaces what it adds over', [{ op: 'add', path: '/name', value: 'b' }], { ...DOCUMENT, name: 'b' }],
    ['puts into a list', [{ op: 'add', path: '/list/1', value: 9 }], { ...DOCUMENT, list: [1, 9, 2] }],
    ['puts at the end of a list', [{ op: 'add', path: '/list/-', value: 3 }], { ...DOCUMENT, list: [1, 2, 3] }],
    ['replaces in a list', [{ op: 'replace', path: '/list/0', value: 0 }], { ...DOCUMENT, list: [0, 2] }],
    ['removes', [{ op: 'remove', path: '/list/0' }], { ...DOCUMENT, list: [2] }],
    ['reads escaped keys', [{ op: 'replace', path: '/a~1b/c~0d', value: 2 }], { ...DOCUMENT, 'a/b': { 'c~d': 2 } }],
    [
      'moves',
      [{ op: 'move', from: '/name', path: '/nested/name' }],
      { list: [1, 2], 'a/b': { 'c~d': 1 }, nested: { deep: {}, name: 'a' } },
    ],
    [
      'copies',
      [{ op: 'copy', from: '/list', path: '/nested/deep/list' }],
      { ...DOCUMENT, nested: { deep: { list: [1, 2] } } },
    ],
    [
      'tests, whatever the order of keys',
      [{ op: 'test', path: '', value: { nested: { deep: {} }, 'a/b': { 'c~d': 1 }, list: [1, 2], name: 'a' } }],
      DOCUMENT,
    ],
    ['replaces the whole', [{ op: 'replace', path: '', value: {} }], {}],
  ] as const) {
    it(what, () => assert.deepEqual(applyJsonPatch(DOCUMENT, patch), { value: expected }))
  }

  for (const [what, patch, problem] of [
    [
      'a value that is another',
      [{ op: 'test', path: '/name', value: 'b' }],
      /operation 0: the value at \/name is another one/,
    ],
    ['a path that leads nowhere', [{ op: 'remove', path: '/x' }], /there is nothing at \/x/],
    ['a parent that is not there', [{ op: 'add', path: '/x/y', value: 1 }], /there is nothing at \/x/],
    ['a place beyond a list', [{ op: 'add', path: '/list/3', value: 1 }], /there is no place at \/list\/3/],
    ['a place that is no number', [{ op: 'add', path: '/list/01', value: 1 }], /"01" is no place in a list/],
    ['a move into itself', [{ op: 'move', from: '/nested', path: '/nested/deep/x' }], /into itself/],
    ['a prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }], /path is not allowed/],
    ['a missing value', [{ op: 'add', path: '/x' }], /it has no value/],
    [
      'an unknown operation',
      [{ op: 'merge', path: '/x' }],
      /op is add, remove, replace, move, copy or test, not "merge"/,
    ],
    ['a pointer that is none', [{ op: 'remove', path: 'name' }], /path is no JSON pointer/],
    ['what is no list', { op: 'add' }, /a JSON Patch is a list of operations/],
    ['an operation that is none', [null], /operation 0: it is not an object/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const patched = applyJsonPatch(DOCUMENT, patch)
      assert.match('problem' in patched ? patched.problem : '', problem)
    })
  }

  it('changes nothing of what it was given', () => {
    const before = structuredClone(DOCUMENT)
    applyJsonPatch(DOCUMENT, [
      { op: 'remove', path: '/nested' },
      { op: 'add', path: '/list/-', value: 3 },
    ])
    assert.deepEqual(DOCUMENT, before)
  })
})
