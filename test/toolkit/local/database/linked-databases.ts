import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { preparePostgres } from '../../../../toolkit/local/database/binaries.ts'
import { PostgresServer } from '../../../../toolkit/local/database/postgres-server.ts'
import { RegionDatabase } from '../../../../toolkit/local/database/region-database.ts'
import { unprivilegedUser } from '../../../../toolkit/local/database/unprivileged-user.ts'
import { LocalEngine } from '../../../../toolkit/local/engine/local-engine.ts'
import { ChildProcesses } from '../../../../toolkit/local/processes/child-processes.ts'
import { Reaper } from '../../../../toolkit/local/processes/reaper.ts'

export const PASSWORDS = { superuser: 'super', controlPlane: "it's", replication: 'stream me' }

/**
 * Databases of two regions, `east` (upstream of the other) and `west`, joined without a link between.
 *
 * @param settings of PostgreSQL, where other than the usual ones
 */
export async function linkedDatabases(major: number, settings: Readonly<Record<string, string | number>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  chmodSync(directory, 0o711)
  const reaper = new Reaper()
  reaper.removeAtEnd(directory)
  const processes = new ChildProcesses(reaper)
  const engine = new LocalEngine({ processes, program: '', configs: directory, cwd: directory })
  const user = unprivilegedUser()
  const binaries = await preparePostgres(major, user, directory)
  const ports: Record<string, number> = { east: await freePort(), west: await freePort() }
  const all: RegionDatabase[] = []
  for (const [region, port] of Object.entries(ports)) {
    const server = new PostgresServer({
      ...{ region, binaries, user, passwords: PASSWORDS, processes, engine },
      ...{ address: '127.0.0.1', port, directory: join(directory, region), log: join(directory, `${region}.log`) },
      settings,
    })
    const database: RegionDatabase = new RegionDatabase({
      ...{ region, server, passwords: PASSWORDS, upstream: region === 'east' ? 'west' : 'east' },
      others: () => all.filter((other) => other !== database),
      linkTo: (to) => ({ host: '127.0.0.1', port: ports[to]! }),
    })
    all.push(database)
  }
  const [east, west] = all as [RegionDatabase, RegionDatabase]
  return {
    east,
    west,
    ports,
    directory,
    async close() {
      await processes.close()
      await reaper.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A port that is free now. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, address)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Asks again until the answer is true. */
export async function until(what: string, ask: () => Promise<boolean> | boolean, seconds = 30): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
    await sleep(25)
  }
}
