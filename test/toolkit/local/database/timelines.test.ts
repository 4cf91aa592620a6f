import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { POSTGRES_MAJORS } from '../../../../toolkit/local/database/binaries.ts'
import { linkedDatabases, until } from './linked-databases.ts'

for (const major of POSTGRES_MAJORS) {
  describe(`a former primary on PostgreSQL ${major}`, () => {
    let databases: Awaited<ReturnType<typeof linkedDatabases>>

    beforeEach(async () => {
      databases = await linkedDatabases(major)
      await databases.east.create()
      await databases.west.rebuild('east')
      await databases.east.server.query('CREATE TABLE ledger (n integer)')
      await until('the standby has it', async () => (await rowsIn('west')) === 0)
    })
    afterEach(() => databases.close())

    it('that stopped in order follows its successor on that one’s timeline from its first connection', async () => {
      const { east, west } = databases
      await east.stop('fast')
      await west.server.query('SELECT pg_promote(true)')
      await west.server.query('INSERT INTO ledger VALUES (1)')
      const before = log('east').length
      await east.startAsStandby('west')
      await until('it has what was written since', async () => (await rowsIn('east')) === 1)
      const since = log('east').slice(before)
      assert.match(since, /started streaming WAL from primary at \S+ on timeline 2/)
      assert.doesNotMatch(since, /started streaming WAL from primary at \S+ on timeline 1/)
    })

    it('that wrote on after its successor began takes over no history that it does not belong to, and starts', async () => {
      const { east, west } = databases
      await west.server.query('SELECT pg_promote(true)')
      await east.server.query('INSERT INTO ledger VALUES (2), (3)')
      await east.stop('fast')
      await east.startAsStandby('west')
      assert.equal(await rowsIn('east'), 2, 'what it wrote can be read')
      assert.equal(await rowsIn('west'), 0)
      const own = readdirSync(join(databases.east.server.directory, 'pg_wal'))
      assert.ok(!own.some((name) => name.endsWith('.unfinished')))
    })

    async function rowsIn(region: 'east' | 'west'): Promise<number | undefined> {
      const rows = await databases[region].server
        .query<{ n: number }>('SELECT count(*)::int AS n FROM ledger')
        .catch(() => [])
      return rows[0]?.n
    }

    function log(region: string): string {
      return readFileSync(join(databases.directory, `${region}.log`), 'utf8')
    }
  })
}
