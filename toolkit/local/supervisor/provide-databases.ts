import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlPlaneSchema } from '../../control-plane-schema.ts'
import { type PostgresBinaries, preparePostgres } from '../database/binaries.ts'
import { majorOf } from '../database/control-file.ts'
import { LogicalDatabase } from '../database/logical-database.ts'
import { LOGICAL_SETTINGS } from '../database/logical-replication.ts'
import { PostgresServer } from '../database/postgres-server.ts'
import { RegionDatabase } from '../database/region-database.ts'
import type { DatabasePasswords } from '../database/roles.ts'
import type { UnprivilegedUser } from '../database/unprivileged-user.ts'
import type { Engine } from '../engine/engine.ts'
import type { Endpoint } from '../links/link-forwarder.ts'
import type { LocalPlan } from '../plan/local-plan.ts'
import type { ChildProcesses } from '../processes/child-processes.ts'
import { freePort } from '../processes/port-holder.ts'
import type { Workspace } from './workspace.ts'

export interface DatabaseSurroundings {
  readonly plan: LocalPlan
  readonly workspace: Workspace
  readonly user: UnprivilegedUser | undefined
  readonly passwords: DatabasePasswords
  readonly processes: ChildProcesses
  readonly engine: Engine
  /** Of the topology's major. */
  readonly binaries: PostgresBinaries
  readonly schema: ControlPlaneSchema
  /** Where the way from one region's database to another's begins. */
  readonly linkBetween: (from: string, to: string) => Endpoint
}

/**
 * Every region's database, none of them started. One that was kept from an earlier run is of the major that it was, which
 * an upgrade may have changed since the topology was described.
 */
export async function provideDatabases(surroundings: DatabaseSurroundings): Promise<Map<string, RegionDatabase>> {
  const { plan, workspace, user, passwords, processes, engine, binaries, schema, linkBetween } = surroundings
  const databases = new Map<string, RegionDatabase>()
  const logical = plan.replication === 'logical'
  const prepared = new Map([[binaries.major, Promise.resolve(binaries)]])
  const binariesOf = (major: number): Promise<PostgresBinaries> => {
    const found = prepared.get(major) ?? preparePostgres(major, user, workspace.runDirectory)
    prepared.set(major, found)
    return found
  }
  for (const region of plan.regions) {
    const home = workspace.database(region.name)
    const serverOf = async (major: number, place?: string): Promise<PostgresServer> =>
      new PostgresServer({
        ...{ region: region.name, user, passwords, processes, engine },
        binaries: await binariesOf(major),
        address: region.database.ip,
        port: place === undefined ? region.database.port : await freePort(region.database.ip),
        ...{ directory: place ?? home, isBeside: place !== undefined },
        log: join(workspace.private('logs'), `${region.name}-database.log`),
        settings: logical ? LOGICAL_SETTINGS : {},
      })
    const kept = logical && existsSync(join(home, 'PG_VERSION')) ? await majorOf(home) : undefined
    const options = {
      ...{ region: region.name, passwords, upstream: region.peer },
      server: await serverOf(kept ?? plan.databaseMajor),
      others: () => [...databases.values()].filter(({ region: other }) => other !== region.name),
      linkTo: (to: string) => linkBetween(region.name, to),
    }
    const prepareSchema: ControlPlaneSchema['migrate'] = (client) => schema.migrate(client)
    const database = logical
      ? new LogicalDatabase({ ...options, prepareSchema, serverOf })
      : new RegionDatabase(options)
    databases.set(region.name, database)
  }
  return databases
}
