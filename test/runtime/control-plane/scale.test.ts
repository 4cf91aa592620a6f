import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type Connection, connect } from '../../../runtime/control-plane/database/connection.ts'
import { migrate } from '../../../runtime/control-plane/database/migrations.ts'
import { commitBatch } from '../../../runtime/control-plane/store/batch-commit.ts'
import { type Change, Configuration } from '../../../runtime/control-plane/store/configuration.ts'
import { bringForward, loadConfiguration, readChanges } from '../../../runtime/control-plane/store/database-reader.ts'
import { linkedDatabases, PASSWORDS } from '../../toolkit/local/database/linked-databases.ts'

const EPOCH = 65
const RESOURCES = 5_000

describe('a configuration of several pages', () => {
  let databases: Awaited<ReturnType<typeof linkedDatabases>>
  let writer: Connection
  let reader: Connection
  const written = new Configuration()
  /** The hash of everything at each revision. */
  const hashes = new Map<number, string>()
  let index = 0

  before(async () => {
    databases = await linkedDatabases(17)
    await databases.east.create()
    const password = encodeURIComponent(PASSWORDS.controlPlane)
    const url = `postgres://antipode:${password}@127.0.0.1:${databases.ports.east}/antipode`
    writer = await connect(url, 'test')
    reader = await connect(url, 'test')
    await migrate(writer.client)
    await writer.client.query(
      `INSERT INTO antipode.state (lineage, system_identifier, epoch, writer, solo, term)
       VALUES ($1, '1', ${EPOCH}, 'east', false, 1)`,
      [randomUUID()],
    )
    await commit(
      1,
      Array.from({ length: RESOURCES }, (_, n) => change(`r-${n}`, { uri: `/${n}` })),
    )
  })
  after(async () => {
    await Promise.all([writer?.close(), reader?.close()])
    await databases?.close()
  })

  function change(id: string, value: Change['value']): Change {
    index += 1
    const createdIndex = written.get('routes', id)?.createdIndex ?? index
    return { type: 'routes', id, value, createdIndex, modifiedIndex: index, expiresAt: null }
  }

  async function commit(revision: number, changes: readonly Change[]): Promise<void> {
    for (const one of changes) written.apply(one)
    hashes.set(revision, written.hash)
    const row = { epoch: EPOCH, revision, nonce: randomUUID(), term: 1 }
    await commitBatch(writer, { ...row, durability: 'local', changes, writes: [], audit: [] })
  }

  it('is loaded as of one revision while it is written', async () => {
    let revision = 1
    let writing = true
    const write = async () => {
      while (writing) {
        revision += 1
        // Put, replaced and removed, before and behind whatever page is read.
        const at = (revision * 997) % RESOURCES
        const changes = [change(`r-${at}`, { uri: `/${revision}` }), change(`s-${revision}`, { uri: '/new' })]
        await commit(revision, [...changes, change(`r-${(at * 31) % RESOURCES}`, null)])
      }
    }
    const done = write()
    try {
      for (let round = 0; round < 5; round++) {
        const { configuration, newest, lastIndex } = await loadConfiguration(reader.client)
        assert.equal(configuration.hash, hashes.get(newest!.revision), `as of revision ${newest!.revision}`)
        assert.ok(lastIndex > 0)
      }
    } finally {
      writing = false
      await done
    }
  })

  it('is brought forward over more revisions than one query reads', async () => {
    const { configuration, newest } = await loadConfiguration(reader.client)
    const from = newest!
    for (let n = 1; n <= 450; n++) await commit(from.revision + n, [change(`r-${n}`, { uri: `/again/${n}` })])
    const changes = await readChanges(reader.client, from, from.revision + 450)
    assert.equal(changes?.length, 450)
    for (const one of changes) configuration.apply(one)
    assert.equal(configuration.hash, hashes.get(from.revision + 450))
    assert.equal(await readChanges(reader.client, { ...from, epoch: EPOCH + 1 }, from.revision + 450), null)
  })

  it('that somebody gave who does not know all there is, is not brought forward but read anew', async () => {
    const held = await loadConfiguration(reader.client)
    const version = held.newest!
    const marked = { ...held.configuration.list('routes')[0]!, value: { uri: '/only-in-memory' } }
    held.configuration.apply(marked)
    const forward = () => bringForward(reader.client, { configuration: held.configuration, version })
    const shownBy = async () => (await forward()).configuration.get('routes', marked.id)?.value.uri
    assert.equal(await shownBy(), '/only-in-memory')
    held.configuration.isWhole = false
    assert.notEqual(await shownBy(), '/only-in-memory')
  })
})
