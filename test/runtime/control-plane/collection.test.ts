import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Collection } from '../../../runtime/control-plane/store/collection.ts'

interface Thing {
  readonly id: string
  readonly turn: number
}

/** Few ids, so that one is removed and comes back. */
const id = fc.constantFrom('a', 'B', 'ä', '10', '9', 'route-1', 'route-2')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('list' as const, 'copy' as const), id }) },
)

test('lists what is there in the order of ids, whatever was added, replaced and removed before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const expected = new Map<string, Thing>()
      let collection = new Collection<Thing>()
      for (const [turn, { do: what, id }] of steps.entries()) {
        if (what === 'set') {
          expected.set(id, { id, turn })
          collection.set({ id, turn })
        } else if (what === 'delete') {
          expected.delete(id)
          collection.delete(id)
        } else if (what === 'copy') {
          const before = collection
          collection = collection.copy()
          before.set({ id: 'of the original alone', turn })
        } else assert.deepEqual(collection.list(), inOrder(expected))
      }
      assert.deepEqual(collection.list(), inOrder(expected))
    }),
  )
})

function inOrder(things: ReadonlyMap<string, Thing>): Thing[] {
  return [...things.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
