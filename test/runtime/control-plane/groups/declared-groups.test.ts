import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { DeclaredGroups } from '../../../../runtime/control-plane/groups/index.ts'
import { AntipodeError } from '../../../../runtime/model/errors.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

const DECLARED = { default: { labels: {} }, partners: { labels: { env: 'prod' } } }

describe('gateway groups that a configuration declares', () => {
  const ids = (store: MemoryStore) =>
    store
      .read()
      .list('gateway_groups')
      .map(({ id }) => id)

  it('are created by who writes, once, and left as they are from then on', async (test) => {
    const store = new MemoryStore()
    const groups = new DeclaredGroups({ store, declared: DECLARED })
    test.after(() => groups.close())
    store.role = 'standby'
    await groups.look()
    assert.deepEqual(ids(store), [])
    store.role = 'active'
    await groups.look()
    assert.deepEqual(ids(store), ['partners'])
    const { name, labels } = store.read().get('gateway_groups', 'partners')!.value
    assert.deepEqual([name, labels], ['partners', { env: 'prod' }])
    await store.write(randomUUID(), (head) => {
      head.put('gateway_groups', 'partners', { id: 'partners', name: 'renamed' })
      return { status: 200, body: {} }
    })
    const { revision } = store.state()
    await groups.look()
    assert.equal(store.state().revision, revision)
    assert.equal(store.read().get('gateway_groups', 'partners')?.value.name, 'renamed')
  })

  it('are tried again where a write fails', async (test) => {
    const store = new MemoryStore()
    const groups = new DeclaredGroups({ store, declared: DECLARED })
    test.after(() => groups.close())
    store.failure = new AntipodeError('ANTIPODE_FROZEN', { region: 'local', reason: 'a test' })
    await groups.look()
    assert.deepEqual(ids(store), [])
    store.failure = undefined
    await groups.look()
    assert.deepEqual(ids(store), ['partners'])
  })
})
