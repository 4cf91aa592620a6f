import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Topology } from '../../../topology/index.ts'
import type { CertificateIssuer } from '../../certificate-issuer.ts'
import { preparePostgres } from '../database/binaries.ts'
import { PostgresServer } from '../database/postgres-server.ts'
import { RegionDatabase } from '../database/region-database.ts'
import { unprivilegedUser } from '../database/unprivileged-user.ts'
import type { Endpoint } from '../links/link-forwarder.ts'
import { type End, RegionLinks } from '../links/region-links.ts'
import type { Part, Preparation } from '../local-topology.ts'
import { type Identities, provideIdentities } from '../plan/identities.ts'
import { type LocalPlan, planLocally, portsOf, type RegionPlan } from '../plan/local-plan.ts'
import { readBaseConfig } from '../plan/port-plan.ts'
import { controlPlaneConfig, dataPlaneConfig } from '../plan/process-config.ts'
import { provideSecrets, type Secrets } from '../plan/secrets.ts'
import { ChildProcesses, type ProgramToRun } from '../processes/child-processes.ts'
import { checkPorts } from '../processes/port-holder.ts'
import { Reaper } from '../processes/reaper.ts'
import { Announcement } from './announcement.ts'
import { KeptState } from './kept-state.ts'
import { provideDisks } from './small-disks.ts'
import { Workspace } from './workspace.ts'

export interface UpOptions {
  /** Undefined for one region without a topology. */
  readonly topology: Topology | undefined
  /** The file that the topology came from. */
  readonly topologyFile: string | undefined
  /** Kept between runs; undefined for a temporary one. */
  readonly dataDir: string | undefined
  readonly adminKey: string | undefined
  /** A `config.yaml` with the first region's ports. */
  readonly configFile: string | undefined
  /** Data planes a region. */
  readonly instances: number
  /** Start killed parts again. */
  readonly supervise: boolean
  /** 0 for any free port. */
  readonly gslbPort: number
  /** What only some faults need. */
  readonly prepare: readonly Preparation[]
  readonly cwd: string
  /** The program `antipode` and the one that synthesises stacks, to be run by Node. */
  readonly programs: { readonly antipode: string; readonly synth: string }
  readonly issuer: CertificateIssuer
  readonly progress: (text: string) => void
}

/** Everything that a run stands on before its first process starts. */
export interface Foundation {
  readonly plan: LocalPlan
  readonly workspace: Workspace
  readonly processes: ChildProcesses
  readonly links: RegionLinks
  readonly identities: Identities
  readonly secrets: Secrets
  readonly issuer: CertificateIssuer
  readonly prepared: readonly Preparation[]
  /** Null where the Admin API asks for none. */
  readonly adminKey: string | null
  readonly databases: ReadonlyMap<string, RegionDatabase>
  programs(region: RegionPlan): { controlPlane: ProgramToRun; dataPlanes: ProgramToRun[] }
  readonly state: KeptState
  readonly announcement: Announcement
  /** Gives everything back; what still runs is ended. */
  close(): Promise<void>
}

/** Prepares a run. Nothing is left behind when it fails. */
export async function layFoundation(options: UpOptions): Promise<Foundation> {
  const { base, ports } = await readBaseConfig(options.configFile)
  const plan = await planLocally(options.topology, ports, options.gslbPort)
  await checkPorts(portsOf(plan))

  const user = unprivilegedUser()
  const workspace = new Workspace(options.dataDir, user)
  const reaper = new Reaper()
  reaper.removeAtEnd(workspace.runDirectory)
  const processes = new ChildProcesses(reaper)
  const names = plan.regions.map(({ name }) => name)
  const links = new RegionLinks(names)
  const { socket, dataDirectory } = workspace
  const announcement = new Announcement({ socket, topology: plan.name, dataDir: dataDirectory }, reaper)
  let releaseDisks = async (): Promise<void> => undefined
  const close = async (): Promise<void> => {
    await processes.close()
    await links.close()
    await releaseDisks()
    announcement.withdraw()
    workspace.remove()
    await reaper.close()
  }
  try {
    announcement.lockDataDirectory()
    const state = new KeptState(workspace.dataDirectory, plan.name)
    if (options.prepare.includes('bounded-disk')) releaseDisks = await provideDisks(plan, workspace, reaper)
    const secrets = provideSecrets(workspace.dataDirectory)
    const [identities, binaries, ways] = await Promise.all([
      provideIdentities(workspace.private('identities'), plan.name, names, options.issuer),
      preparePostgres(plan.databaseMajor, user, workspace.runDirectory),
      openWays(plan, links, options.prepare.includes('inner-links')),
    ])
    const databases = new Map<string, RegionDatabase>()
    for (const region of plan.regions) {
      const server = new PostgresServer({
        ...{ name: `database of ${region.name}`, binaries, user, passwords: secrets.database, processes },
        ...{ address: region.database.ip, port: region.database.port },
        directory: workspace.database(region.name),
        log: join(workspace.private('logs'), `${region.name}-database.log`),
      })
      const database: RegionDatabase = new RegionDatabase({
        ...{ region: region.name, server, passwords: secrets.database, upstream: region.peer },
        others: () => [...databases.values()].filter((other) => other !== database),
        linkTo: (to) => ways({ region: region.name, part: 'database' }, { region: to, part: 'database' })!,
      })
      databases.set(region.name, database)
    }
    const adminKey = chooseAdminKey(options, base.deployment?.admin, secrets)
    return {
      ...{ plan, workspace, state, announcement, processes, links, identities, secrets, databases, adminKey, close },
      ...{ issuer: options.issuer, prepared: options.prepare },
      programs: (region) => {
        const program = (kind: 'control-plane' | 'data-plane', instance: number): ProgramToRun => {
          const name = `${region.name}-${kind}${instance > 0 ? `-${instance + 1}` : ''}`
          const surroundings = {
            ...{ plan, region, base, adminKey, identities, databasePassword: secrets.database.controlPlane },
            way: (to: End) => ways({ region: region.name, part: kind }, to),
            directory: workspace.private('processes', name),
          }
          const config = kind === 'control-plane' ? controlPlaneConfig(surroundings) : dataPlaneConfig(surroundings)
          const file = join(workspace.private('config'), `${name}.yaml`)
          writeFileSync(file, stringify(config), { mode: 0o600 })
          return {
            command: process.execPath,
            args: [options.programs.antipode, kind, '--config', file],
            env: withoutOurFlags(process.env),
            cwd: options.cwd,
            log: join(workspace.private('logs'), `${name}.log`),
          }
        }
        return {
          controlPlane: program('control-plane', 0),
          dataPlanes: Array.from({ length: options.instances }, (_, i) => program('data-plane', i)),
        }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Opens a way for everything that passes between two regions of one lineage, and with `inner` for what passes inside
 * one. Answers with a function that finds the beginning of a way; undefined where parts speak to each other directly.
 */
async function openWays(
  plan: LocalPlan,
  links: RegionLinks,
  inner: boolean,
): Promise<(from: End, to: End) => Endpoint | undefined> {
  const ways = new Map<string, Endpoint>()
  const key = (from: End, to: End): string => [from.region, from.part, to.region, to.part].join('\n')
  const open = async (from: End, to: End, { ip: host, port }: { ip: string; port: number }): Promise<void> => {
    ways.set(key(from, to), await links.open(from, to, { host, port }))
  }
  for (const { name: from, lineage } of plan.regions) {
    for (const { name: to, sync, database } of plan.regions) {
      const [dataPlane, controlPlane] = [end(from, 'data-plane'), end(from, 'control-plane')]
      if (from === to && inner) {
        await open(dataPlane, end(to, 'control-plane'), sync)
        await open(controlPlane, end(to, 'database'), database)
      } else if (from !== to && lineage.includes(to)) {
        await open(dataPlane, end(to, 'control-plane'), sync)
        await open(controlPlane, end(to, 'control-plane'), sync)
        await open(end(from, 'database'), end(to, 'database'), database)
      }
    }
  }
  return (from, to) => ways.get(key(from, to))
}

function end(region: string, part: Part): End {
  return { region, part }
}

/** Without a topology the Admin API asks for no key, as APISIX's quick start expects, unless one is given. */
function chooseAdminKey(options: UpOptions, admin: unknown, secrets: Secrets): string | null {
  const given = (admin ?? {}) as { admin_key_required?: boolean; admin_key?: { key?: string; role?: string }[] }
  const named = options.adminKey ?? given.admin_key?.find(({ role }) => role === 'admin')?.key
  if (named) return named
  return options.topology || given.admin_key_required ? secrets.adminKey : null
}

/** Our own `ANTIPODE_…` variables speak to this command, not to those that it starts. */
function withoutOurFlags(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ANTIPODE_')))
}
