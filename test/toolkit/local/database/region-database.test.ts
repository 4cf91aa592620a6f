import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { POSTGRES_MAJORS } from '../../../../toolkit/local/database/binaries.ts'
import type { RegionDatabase } from '../../../../toolkit/local/database/region-database.ts'
import { linkedDatabases, PASSWORDS, until } from './linked-databases.ts'

const value = async (database: RegionDatabase): Promise<number | undefined> =>
  (await database.server.query<{ n: number }>('SELECT max(n) AS n FROM ledger').catch(() => []))[0]?.n

for (const major of POSTGRES_MAJORS) {
  describe(`the databases of two regions on PostgreSQL ${major}`, () => {
    let databases: Awaited<ReturnType<typeof linkedDatabases>>
    let east: RegionDatabase
    let west: RegionDatabase

    before(async () => {
      databases = await linkedDatabases(major)
      ;({ east, west } = databases)
      await east.create()
      await west.rebuild('east')
      await east.server.query('CREATE TABLE ledger (n integer)')
    })
    after(() => databases.close())

    it('stream from the primary to a read-only standby', async () => {
      await east.server.query('INSERT INTO ledger VALUES (1)')
      await until('the row is on the standby', async () => (await value(west)) === 1)
      assert.equal((await west.status()).inRecovery, true)
      assert.equal((await east.status()).inRecovery, false)
      assert.equal((await west.status()).systemIdentifier, (await east.status()).systemIdentifier)
      await assert.rejects(west.server.query('INSERT INTO ledger VALUES (2)'), /read-only/)
    })

    it('give the control plane a role that may promote and checkpoint but is no superuser', async () => {
      const client = new pg.Client({
        ...{ host: '127.0.0.1', port: databases.ports.east!, user: 'antipode', database: 'antipode' },
        password: PASSWORDS.controlPlane,
      })
      await client.connect()
      try {
        await client.query('CHECKPOINT')
        await client.query('CREATE TABLE mine (id integer)')
        const { rows } = await client.query(`
          SELECT rolsuper, has_function_privilege('pg_promote(boolean, integer)', 'EXECUTE') AS promotes,
            current_setting('transaction_timeout') AS transaction,
            current_setting('idle_in_transaction_session_timeout') AS idle,
            current_setting('synchronous_standby_names') AS standbys,
            current_setting('fsync') AS fsync
          FROM pg_roles WHERE rolname = current_user`)
        const expected = { rolsuper: false, promotes: true, transaction: '1s', idle: '1s', standbys: '', fsync: 'on' }
        assert.deepEqual(rows, [expected])
        await assert.rejects(client.query('ALTER SYSTEM SET fsync = off'), /permission denied/)
      } finally {
        await client.end()
      }
    })

    it('switch over without a gap: the old primary follows a node that is not promoted yet', async () => {
      await east.stop('fast')
      const stopped = await east.status()
      assert.deepEqual([stopped.running, stopped.shutDown], [false, true])
      await until('the shutdown checkpoint arrived', async () => {
        const rows = await west.server.query<{ arrived: boolean }>(
          'SELECT pg_last_wal_receive_lsn() > $1::pg_lsn AS arrived',
          [stopped.checkpointLsn],
        )
        return rows[0]!.arrived
      })
      await east.startAsStandby('west')
      assert.equal((await east.status()).inRecovery, true)
      await west.server.query('SELECT pg_promote(true)')
      await west.server.query('INSERT INTO ledger VALUES (3)')
      await until('the old primary follows the new timeline', async () => (await value(east)) === 3)
      await west.server.query('CHECKPOINT')
      assert.equal((await west.status()).timeline, 2)
    })

    it('rebuild a killed primary as a standby of the one that took over', async () => {
      await west.server.child!.kill()
      assert.equal((await west.status()).running, false)
      await east.server.query('SELECT pg_promote(true)')
      await east.server.query('INSERT INTO ledger VALUES (4)')
      await west.rebuild('east')
      await until('the rebuilt standby has the row', async () => (await value(west)) === 4)
      await west.server.child!.kill()
      await east.server.query('INSERT INTO ledger VALUES (5)')
      await west.start()
      await until('the restarted standby catches up', async () => (await value(west)) === 5)
      const slots = await east.server.query('SELECT slot_name, active FROM pg_replication_slots')
      assert.deepEqual(slots, [{ slot_name: 'west', active: true }])
    })

    it('resume streaming soon after a standby was stopped and continued', async () => {
      west.server.child!.freeze()
      await east.server.query('INSERT INTO ledger VALUES (6)')
      assert.equal((await west.status()).inRecovery, null)
      west.server.child!.thaw()
      await until('the thawed standby has the row', async () => (await value(west)) === 6, 10)
    })

    it('stop streaming when the slot is lost, however quickly the standby comes back for it', async () => {
      await east.dropSlot('west')
      assert.deepEqual(await east.server.query('SELECT slot_name FROM pg_replication_slots'), [])
      await east.server.query('INSERT INTO ledger VALUES (7)')
      const streaming = () => west.server.query('SELECT 1 FROM pg_stat_wal_receiver')
      await until('the stream has ended', async () => (await streaming()).length === 0)
      assert.equal(await value(west), 6)
      await west.rebuild('east')
      await until('the standby that was built anew has the row', async () => (await value(west)) === 7)
    })

    it('come back from an old copy, and from that to the newest', async () => {
      await east.keepCopy()
      await east.server.query('INSERT INTO ledger VALUES (8)')
      await east.returnToCopy()
      assert.equal(await value(east), 7)
      assert.equal((await east.status()).inRecovery, false)
      assert.equal(east.hasNewest, true)
      await east.returnToNewest()
      assert.equal(await value(east), 8)
      assert.equal(east.hasNewest, false)
      await east.keepCopy()
      await east.dropCopy()
      assert.deepEqual(
        readdirSync(databases.directory).filter((name) => /copy|newest/.test(name)),
        [],
      )
    })

    it('make a copy again that was cut off', async () => {
      await west.stop('immediate')
      const cutOff = west.server.fill(async () => {
        writeFileSync(join(west.server.directory, 'PG_VERSION'), String(major))
        throw new Error('cut off')
      })
      await assert.rejects(cutOff, /cut off/)
      assert.equal(west.server.initialised, false)
      await west.start()
      assert.deepEqual([west.server.initialised, (await west.status()).inRecovery], [true, true])
    })
  })
}
