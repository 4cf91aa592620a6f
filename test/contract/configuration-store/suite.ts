import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  type ConfigurationStore,
  type HeadView,
  Refusal,
  type WriteOutcome,
} from '../../../runtime/control-plane/configuration-store.ts'
import type { ResourceValue } from '../../../runtime/model/resource.ts'
import { compareVersions } from '../../../runtime/model/version.ts'

export interface OpenedStore {
  /** A store that may write. It may hold other resources; the suite uses ids of its own. */
  readonly store: ConfigurationStore
  close(): Promise<void>
}

const DONE: WriteOutcome = { status: 200, body: { done: true } }

/** What every configuration store must do. Opens one store for all cases. */
export function describeConfigurationStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`configuration store: ${name}`, () => {
    let opened: OpenedStore
    let store: ConfigurationStore
    before(async () => {
      opened = await open()
      store = opened.store
    })
    after(() => opened?.close())

    const write = (apply: (head: HeadView) => WriteOutcome, id = randomUUID()) => store.write(id, apply)
    const put = (id: string, value: ResourceValue) =>
      write((head) => {
        head.put('routes', id, value)
        return DONE
      })

    it('shows a resource to readers once its write has returned', async () => {
      const id = `r-${randomUUID()}`
      const receipt = await write((head) => {
        const stored = head.put('routes', id, { id, uri: '/a' })
        return { status: 201, body: { key: stored.id } }
      })
      assert.deepEqual(receipt.outcome, { status: 201, body: { key: id } })
      assert.equal(receipt.replayed, false)
      const stored = store.read().get('routes', id)
      assert.equal(stored?.type, 'routes')
      assert.equal(stored?.id, id)
      assert.deepEqual(stored?.value, { id, uri: '/a' })
      assert.equal(stored?.createdIndex, stored?.modifiedIndex)
    })

    it('keeps the index of creation when a resource is replaced, and raises that of change', async () => {
      const id = `r-${randomUUID()}`
      await put(id, { uri: '/a' })
      const first = store.read().get('routes', id)
      await put(id, { uri: '/b' })
      const second = store.read().get('routes', id)
      assert.ok(first && second)
      assert.deepEqual(second.value, { uri: '/b' })
      assert.equal(second.createdIndex, first.createdIndex)
      assert.ok(second.modifiedIndex > first.modifiedIndex)
    })

    it('removes a resource, and gives one of the same id a new index of creation', async () => {
      const id = `r-${randomUUID()}`
      await put(id, { uri: '/a' })
      const first = store.read().get('routes', id)
      await write((head) => {
        head.delete('routes', id)
        assert.equal(head.get('routes', id), undefined)
        return DONE
      })
      assert.equal(store.read().get('routes', id), undefined)
      await put(id, { uri: '/a' })
      assert.ok(first && (store.read().get('routes', id)?.createdIndex ?? 0) > first.createdIndex)
    })

    it('keeps collections apart', async () => {
      const id = `same-${randomUUID()}`
      await write((head) => {
        head.put('services', id, { name: 'service' })
        head.put('upstreams', id, { name: 'upstream' })
        return DONE
      })
      assert.equal(store.read().get('services', id)?.value.name, 'service')
      assert.equal(store.read().get('upstreams', id)?.value.name, 'upstream')
      assert.equal(store.read().get('routes', id), undefined)
    })

    it('lists in the order of keys by code point', async () => {
      const run = randomUUID()
      const ids = ['9', '10', 'a', 'B', '_', '-', '.', 'aa'].map((suffix) => `${run}${suffix}`)
      await write((head) => {
        for (const id of ids) head.put('upstreams', id, { name: id })
        return DONE
      })
      const listed = store.read().list('upstreams')
      assert.deepEqual(
        listed.map(({ id }) => id).filter((id) => id.startsWith(run)),
        ids.toSorted((a, b) => (a < b ? -1 : 1)),
      )
    })

    it('shows a write its own changes and those accepted before it', async () => {
      const id = `r-${randomUUID()}`
      const seen: unknown[] = []
      await Promise.all([
        put(id, { uri: '/first' }),
        write((head) => {
          seen.push(head.get('routes', id)?.value)
          head.put('routes', id, { uri: '/second' })
          seen.push(head.get('routes', id)?.value)
          seen.push(head.list('routes').filter((row) => row.id === id).length)
          return DONE
        }),
      ])
      assert.deepEqual(seen, [{ uri: '/first' }, { uri: '/second' }, 1])
    })

    it('loses no change of writes that run at once', async () => {
      const id = `counter-${randomUUID()}`
      const increment = () =>
        write((head) => {
          const count = Number(head.get('services', id)?.value.count ?? 0)
          head.put('services', id, { count: count + 1 })
          return DONE
        })
      await Promise.all(Array.from({ length: 50 }, increment))
      assert.equal(store.read().get('services', id)?.value.count, 50)
    })

    it('changes nothing when a write refuses, and says why', async () => {
      const id = `r-${randomUUID()}`
      const refused = write((head) => {
        head.put('routes', id, { uri: '/a' })
        throw new Refusal(400, { error_msg: 'no' })
      })
      await assert.rejects(refused, (error: unknown) => {
        assert.ok(error instanceof Refusal)
        assert.equal(error.status, 400)
        assert.deepEqual(error.body, { error_msg: 'no' })
        return true
      })
      assert.equal(store.read().get('routes', id), undefined)
      await put(id, { uri: '/b' })
      assert.deepEqual(store.read().get('routes', id)?.value, { uri: '/b' })
    })

    it('changes nothing when a write fails, and goes on', async () => {
      const id = `r-${randomUUID()}`
      const failed = write((head) => {
        head.put('routes', id, { uri: '/a' })
        throw new TypeError('a mistake')
      })
      await assert.rejects(failed, { name: 'TypeError', message: 'a mistake' })
      await put(`${id}-next`, { uri: '/b' })
      assert.equal(store.read().get('routes', id), undefined)
    })

    it('answers a write that changes nothing', async () => {
      const receipt = await write(() => ({ status: 204, body: null }))
      assert.equal(receipt.outcome.status, 204)
    })

    it('makes ids of 20 digits that never repeat', async () => {
      const made: string[] = []
      const make = () =>
        write((head) => {
          made.push(head.nextId(), head.nextId())
          return DONE
        })
      await Promise.all([make(), make(), make()])
      assert.ok(
        made.every((id) => /^\d{20}$/.test(id)),
        made.join(),
      )
      assert.equal(new Set(made).size, made.length)
    })

    it('gives later writes versions that are not older, and reads show what a version holds', async () => {
      const id = `r-${randomUUID()}`
      const first = await put(id, { uri: '/1' })
      const second = await put(id, { uri: '/2' })
      assert.ok(compareVersions(second.version, first.version) > 0)
      const { epoch, revision } = store.state()
      assert.ok(compareVersions({ epoch, revision }, second.version) >= 0)
    })

    it('applies a write of one id once, and repeats its answer', async () => {
      const id = `r-${randomUUID()}`
      const writeId = randomUUID()
      let applied = 0
      const apply = (head: HeadView) => {
        applied++
        head.put('routes', id, { uri: '/a' })
        return { status: 201, body: { applied } }
      }
      const first = await write(apply, writeId)
      const again = await write(apply, writeId)
      assert.equal(applied, 1)
      assert.equal(again.replayed, true)
      assert.deepEqual(again.outcome, first.outcome)
      assert.deepEqual(again.version, first.version)
      assert.equal(again.writeId, writeId)
    })

    it('applies a write of one id once when both arrive together', async () => {
      const id = `counter-${randomUUID()}`
      const writeId = randomUUID()
      const apply = (head: HeadView) => {
        const count = Number(head.get('services', id)?.value.count ?? 0) + 1
        head.put('services', id, { count })
        return { status: 200, body: { count } }
      }
      const receipts = await Promise.all([write(apply, writeId), write(apply, writeId), write(apply, writeId)])
      assert.deepEqual(
        receipts.map(({ outcome }) => outcome.body),
        [{ count: 1 }, { count: 1 }, { count: 1 }],
      )
      assert.equal(store.read().get('services', id)?.value.count, 1)
    })

    it('may apply a write again that was refused', async () => {
      const writeId = randomUUID()
      const refuse = () => {
        throw new Refusal(404, { message: 'Key not found' })
      }
      await assert.rejects(write(refuse, writeId), Refusal)
      const receipt = await write(() => DONE, writeId)
      assert.deepEqual(receipt.outcome, DONE)
    })

    it('finds a write by its id, and none that was never made', async () => {
      const writeId = randomUUID()
      const { version } = await write((head) => {
        head.put('routes', `r-${writeId}`, { uri: '/a' })
        return DONE
      }, writeId)
      assert.deepEqual(await store.findWrite(writeId), { status: 'applied', version })
      assert.equal(await store.findWrite(randomUUID()), undefined)
    })

    it('removes what has expired, and what was put again without an end it keeps', async () => {
      const [gone, kept] = [`r-${randomUUID()}`, `r-${randomUUID()}`]
      await write((head) => {
        for (const id of [gone, kept]) head.put('routes', id, { uri: '/a' }, Date.now() + 300)
        return DONE
      })
      assert.ok((store.read().get('routes', gone)?.expiresAt ?? 0) > 0)
      const { version } = await put(kept, { uri: '/b' })
      const deadline = Date.now() + 30_000
      while (store.read().get('routes', gone) && Date.now() < deadline) await setTimeout(20)
      assert.equal(store.read().get('routes', gone), undefined)
      assert.equal(store.read().get('routes', kept)?.expiresAt, null)
      assert.ok(store.state().revision > version.revision)
    })

    it('removes the credentials of a consumer that expires', async () => {
      const name = `c-${randomUUID()}`
      await write((head) => {
        head.put('consumers', name, { username: name }, Date.now() + 100)
        head.put('credentials', `${name}/1`, {})
        return DONE
      })
      const deadline = Date.now() + 30_000
      while (store.read().get('consumers', name) && Date.now() < deadline) await setTimeout(20)
      assert.equal(store.read().get('credentials', `${name}/1`), undefined)
    })

    it('gives back every JSON value as it was stored', async () => {
      const id = `r-${randomUUID()}`
      const value: ResourceValue = {
        text: 'a\u0000b\nc\u2028 é 漢 😀 \\u0000 "quoted"',
        numbers: [0, -1, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
        nothing: null,
        empty: { list: [], object: {}, text: '' },
        '': 'an empty key',
        constructor: 'an inherited name',
        'a\u0000b': 'a key with NUL',
      }
      await put(id, value)
      assert.deepEqual(store.read().get('routes', id)?.value, value)
    })

    it('holds a value of the largest body', async () => {
      const id = `r-${randomUUID()}`
      const desc = 'x'.repeat(1.5 * 1024 * 1024)
      await put(id, { desc })
      assert.equal(String(store.read().get('routes', id)?.value.desc).length, desc.length)
      await write((head) => {
        head.delete('routes', id)
        return DONE
      })
    })
  })
}
