import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../../../runtime/control-plane/database/migrations.ts'
import { POSTGRES_MAJORS, type PostgresBinaries, preparePostgres } from '../../../../toolkit/local/database/binaries.ts'
import { LogicalDatabase } from '../../../../toolkit/local/database/logical-database.ts'
import { LOGICAL_SETTINGS } from '../../../../toolkit/local/database/logical-replication.ts'
import { PostgresServer } from '../../../../toolkit/local/database/postgres-server.ts'
import { unprivilegedUser } from '../../../../toolkit/local/database/unprivileged-user.ts'
import { LocalEngine } from '../../../../toolkit/local/engine/local-engine.ts'
import { ChildProcesses } from '../../../../toolkit/local/processes/child-processes.ts'
import { Reaper } from '../../../../toolkit/local/processes/reaper.ts'
import { freePort, PASSWORDS } from './linked-databases.ts'

type Side = 'east' | 'west'

/** Databases of two regions that replicate logically, each of its own major. None is created yet. */
export async function logicalDatabases(majors: Readonly<Record<Side, number>>) {
  const directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  chmodSync(directory, 0o711)
  const reaper = new Reaper()
  reaper.removeAtEnd(directory)
  const processes = new ChildProcesses(reaper)
  const engine = new LocalEngine({ processes, program: '', configs: directory, cwd: directory })
  const user = unprivilegedUser()
  const ports: Record<Side, number> = { east: await freePort(), west: await freePort() }
  const binaries = new Map<number, PostgresBinaries>()
  for (const major of POSTGRES_MAJORS) binaries.set(major, await preparePostgres(major, user, directory))
  const all: LogicalDatabase[] = []
  const laterSteps: string[] = []
  for (const region of ['east', 'west'] as const) {
    const serverOf = async (major: number, place?: string) =>
      new PostgresServer({
        ...{ region, binaries: binaries.get(major)!, user, processes, engine },
        ...{ passwords: PASSWORDS, address: '127.0.0.1', port: place ? await freePort() : ports[region] },
        ...{ directory: place ?? join(directory, region), log: join(directory, `${region}.log`) },
        settings: LOGICAL_SETTINGS,
      })
    const database: LogicalDatabase = new LogicalDatabase({
      ...{ region, server: await serverOf(majors[region]), passwords: PASSWORDS, serverOf },
      upstream: region === 'east' ? 'west' : 'east',
      others: () => all.filter((other) => other !== database),
      linkTo: (to) => ({ host: '127.0.0.1', port: ports[to as Side] }),
      prepareSchema: async (client) => {
        await migrate(client)
        for (const step of laterSteps) await client.query(step)
      },
    })
    all.push(database)
  }
  const [east, west] = all as [LogicalDatabase, LogicalDatabase]
  return {
    ...{ east, west, ports, directory },
    /** Of a newer release: what its schema has beside the present one's, from the next time it is prepared. */
    laterSteps,
    async close() {
      await processes.close()
      await reaper.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Runs a statement as the control plane's role. */
export async function asControlPlane<Row extends pg.QueryResultRow>(port: number, statement: string): Promise<Row[]> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: 'antipode', database: 'antipode', password: PASSWORDS.controlPlane },
  })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}
