import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { connect } from '../../../../runtime/control-plane/database/connection.ts'
import {
  isPublisher,
  isSubscriber,
  LogicalReplica,
} from '../../../../runtime/control-plane/database/logical-replica.ts'
import type { LogicalDatabase } from '../../../../toolkit/local/database/logical-database.ts'
import { PASSWORDS, until } from './linked-databases.ts'
import { asControlPlane, logicalDatabases } from './logical-databases.ts'

let databases: Awaited<ReturnType<typeof logicalDatabases>>
let east: LogicalDatabase
let west: LogicalDatabase

before(async () => {
  databases = await logicalDatabases({ east: 17, west: 18 })
  ;({ east, west } = databases)
  await east.create()
  await revise('east')
  await audit('east', 'before the copy')
  await west.rebuild('east')
  await until('everything is copied', () => isWhole('west'))
})
after(() => databases.close())

describe('a database that subscribes to another one, of another major', () => {
  it('holds what was there, and what comes', async () => {
    await audit('east', 'after the copy')
    const newest = await revise('east')
    await until('it is there', async () => (await newestOf('west')) === newest)
    assert.deepEqual(await audited('west'), ['before the copy', 'after the copy'])
    assert.deepEqual([(await east.status()).major, (await west.status()).major], [17, 18])
    assert.deepEqual([await east.follows(), await west.follows()], [false, true])
    assert.deepEqual([await ask('east', isPublisher), await ask('west', isSubscriber)], [true, true])
    assert.deepEqual([await ask('west', isPublisher), await ask('east', isSubscriber)], [true, false])
  })

  it('takes removals that the trigger of the audit log would refuse, and truncation', async () => {
    await asControlPlane(databases.ports.east, `SET antipode.retention = 'on'; DELETE FROM antipode.audit_log`)
    await until('the entries are gone', async () => (await audited('west')).length === 0)
    await asControlPlane(databases.ports.east, 'INSERT INTO antipode.report_sink (sink) VALUES (1)')
    await asControlPlane(databases.ports.east, 'TRUNCATE antipode.report_sink')
    const newest = await revise('east')
    await until('what came after is there', async () => (await newestOf('west')) === newest)
    assert.deepEqual(await asControlPlane(databases.ports.west, 'SELECT FROM antipode.report_sink'), [])
  })

  it('is not written by its control plane, which may define what a newer release brings', async () => {
    for (const statement of [
      'INSERT INTO antipode.heartbeat VALUES (false, 0, now())',
      'UPDATE antipode.state SET epoch = 7',
      'DELETE FROM antipode.revision',
      'TRUNCATE antipode.write',
    ]) {
      await assert.rejects(asControlPlane(databases.ports.west, statement), /permission denied/)
    }
    await asControlPlane(databases.ports.west, 'CREATE INDEX ON antipode.report (at)')
  })

  it('shows nothing that is not on its disk, and outlives a broken connection', async () => {
    const [subscription] = await west.server.query(
      `SELECT subsynccommit AS commit, subdisableonerr AS disables, suborigin AS origin, subrunasowner AS runs
       FROM pg_subscription`,
    )
    assert.deepEqual(subscription, { commit: 'local', disables: false, origin: 'none', runs: true })
    const [{ pid } = {}] = await east.server.query('SELECT active_pid AS pid FROM pg_replication_slots')
    await east.server.query('SELECT pg_terminate_backend($1)', [pid])
    const newest = await revise('east')
    await until('it has connected again', async () => (await newestOf('west')) === newest)
    assert.deepEqual(await west.server.query('SELECT subenabled AS enabled FROM pg_subscription'), [{ enabled: true }])
  })

  it('stops where a definition is missing, and goes on once it is there', async () => {
    const step = 'ALTER TABLE antipode.revision ADD COLUMN IF NOT EXISTS note text'
    databases.laterSteps.push(step)
    await asControlPlane(databases.ports.east, step)
    const newest = await revise('east')
    await until('the worker has failed', async () => {
      const [stats] = await west.server.query<{ failed: string }>(
        'SELECT apply_error_count AS failed FROM pg_stat_subscription_stats',
      )
      return Number(stats?.failed) > 0
    })
    assert.notEqual(await newestOf('west'), newest)
    await asControlPlane(databases.ports.west, step)
    await until('it goes on', async () => (await newestOf('west')) === newest)
  })

  it('is not whole while a table of its own is not subscribed to, whose changes would be left out in silence', async () => {
    const table = 'CREATE TABLE IF NOT EXISTS antipode.later (id integer PRIMARY KEY)'
    databases.laterSteps.push(table)
    await asControlPlane(databases.ports.west, table)
    assert.equal(await isWhole('west'), false)
    await asControlPlane(databases.ports.east, table)
    await asControlPlane(databases.ports.east, 'INSERT INTO antipode.later VALUES (1)')
    await west.start()
    await until('it is whole', () => isWhole('west'))
    assert.deepEqual(await asControlPlane(databases.ports.west, 'SELECT id FROM antipode.later'), [{ id: 1 }])
    await assert.rejects(asControlPlane(databases.ports.west, 'DELETE FROM antipode.later'), /permission denied/)
  })

  it('is built anew after its slot was lost, without which it stands still', async () => {
    await east.dropSlot('west')
    const newest = await revise('east')
    await until('nothing streams', async () => (await replica('west', (it) => it.details()))?.streaming === false)
    await west.rebuild('east')
    await until('everything is copied', async () => (await isWhole('west')) && (await newestOf('west')) === newest)
  })

  it('is handed the right to write without a copy, and back', async () => {
    const identifiers = [(await east.status()).systemIdentifier, (await west.status()).systemIdentifier]
    await east.stop('fast')
    assert.equal((await east.status()).shutDown, true)
    await east.startAsStandby('west')
    assert.equal(await east.follows(), true)
    await replica('west', (it) => it.promote())
    assert.equal(await west.follows(), false)
    const newest = await revise('west')
    await until('the old publisher follows', async () => (await newestOf('east')) === newest)
    await west.forgetFormerFollowers()
    await east.forgetFormerFollowers()
    assert.deepEqual(await east.server.query('SELECT FROM pg_replication_slots'), [])
    assert.deepEqual(
      [(await east.status()).systemIdentifier, (await west.status()).systemIdentifier],
      identifiers,
      'nothing was copied',
    )

    await west.stop('fast')
    await west.startAsPrimary()
    const again = await revise('west')
    await until('handing over was taken back', async () => (await newestOf('east')) === again)
  })

  it('counts on beyond what has arrived once it is promoted, since sequences are not replicated', async () => {
    await audit('west', 'numbered by the publisher')
    const newest = await revise('west')
    await until('it is there', async () => (await newestOf('east')) === newest)
    await west.stop('fast')
    await west.startAsStandby('east')
    await replica('east', (it) => it.promote())
    await audit('east', 'numbered by its successor')
    assert.deepEqual(await audited('east'), ['numbered by the publisher', 'numbered by its successor'])
  })

  it('gives way to one of another major that was built beside it, while that one goes on', async () => {
    await until('the standby is whole', () => isWhole('west'))
    await west.buildBeside('east', 17)
    const newest = await revise('east')
    await until('the old one goes on', async () => (await newestOf('west')) === newest)
    await west.moveIn()
    assert.equal((await west.status()).major, 17)
    await until('the new one follows', async () => (await isWhole('west')) && (await newestOf('west')) === newest)
    const slots = await east.server.query('SELECT active FROM pg_replication_slots')
    assert.deepEqual(slots, [{ active: true }])
  })

  it('is promoted while its publisher is gone, where nothing can be dropped there', async () => {
    await east.server.child!.kill()
    await until('nothing streams', async () => (await replica('west', (it) => it.details()))?.streaming === false)
    await assert.rejects(
      west.server.query('DROP SUBSCRIPTION antipode', [], 'antipode'),
      /could not connect to publisher/,
    )
    await replica('west', (it) => it.promote())
    assert.equal(await west.follows(), false)
    await revise('west')

    await east.start()
    assert.equal(await east.follows(), false, 'the old publisher knows of nothing')
    await east.rebuild('west')
    await until('it is whole', () => isWhole('east'))
    assert.equal(await newestOf('east'), await newestOf('west'))
  })
})

const url = (side: 'east' | 'west') =>
  `postgres://antipode:${encodeURIComponent(PASSWORDS.controlPlane)}@127.0.0.1:${databases.ports[side]}/antipode`

async function ask<T>(
  side: 'east' | 'west',
  question: (client: Awaited<ReturnType<typeof connect>>['client']) => Promise<T>,
): Promise<T> {
  const connection = await connect(url(side), 'test')
  try {
    return await question(connection.client)
  } finally {
    await connection.close()
  }
}

const replica = <T>(side: 'east' | 'west', work: (replica: LogicalReplica) => Promise<T>): Promise<T> =>
  ask(side, (client) => work(new LogicalReplica(client)))

const isWhole = (side: 'east' | 'west'): Promise<boolean> => replica(side, (it) => it.isWhole())

/** Writes a revision and a beat as a leader does. @returns its nonce */
async function revise(side: 'east' | 'west'): Promise<string> {
  await asControlPlane(databases.ports[side], 'UPDATE antipode.heartbeat SET beat = beat + 1')
  const [row] = await asControlPlane<{ nonce: string }>(
    databases.ports[side],
    `INSERT INTO antipode.revision (revision, epoch, nonce)
     SELECT coalesce(max(revision), 0) + 1, 1, gen_random_uuid() FROM antipode.revision RETURNING nonce`,
  )
  return row!.nonce
}

async function newestOf(side: 'east' | 'west'): Promise<string | undefined> {
  const [row] = await asControlPlane<{ nonce: string }>(
    databases.ports[side],
    'SELECT nonce FROM antipode.revision ORDER BY revision DESC LIMIT 1',
  )
  return row?.nonce
}

async function audit(side: 'east' | 'west', by: string): Promise<void> {
  await asControlPlane(
    databases.ports[side],
    `INSERT INTO antipode.audit_log (kind, by, status, resources, changes) VALUES ('write', '${by}', 200, '{}', '')`,
  )
}

async function audited(side: 'east' | 'west'): Promise<string[]> {
  const rows = await asControlPlane<{ by: string }>(
    databases.ports[side],
    'SELECT by FROM antipode.audit_log ORDER BY id',
  )
  return rows.map(({ by }) => by)
}
