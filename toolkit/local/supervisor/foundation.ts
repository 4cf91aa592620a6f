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
import { RegionLinks, type Service } from '../links/region-links.ts'
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
  const close = async (): Promise<void> => {
    await processes.close()
    await links.close()
    announcement.withdraw()
    workspace.remove()
    await reaper.close()
  }
  try {
    announcement.lockDataDirectory()
    const state = new KeptState(workspace.dataDirectory, plan.name)
    const secrets = provideSecrets(workspace.dataDirectory)
    const [identities, binaries, databaseLinks, syncLinks] = await Promise.all([
      provideIdentities(workspace.private('identities'), plan.name, names, options.issuer),
      preparePostgres(plan.databaseMajor, user, workspace.runDirectory),
      openLinks(plan, links, 'database', (region) => region.database),
      openLinks(plan, links, 'control-plane', (region) => region.sync),
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
        linkTo: (to) => databaseLinks.get(linkKey(region.name, to))!,
      })
      databases.set(region.name, database)
    }
    const adminKey = chooseAdminKey(options, base.deployment?.admin, secrets)
    return {
      ...{ plan, workspace, state, announcement, processes, links, identities, secrets, databases, adminKey, close },
      programs: (region) => {
        const program = (kind: 'control-plane' | 'data-plane', instance: number): ProgramToRun => {
          const name = `${region.name}-${kind}${instance > 0 ? `-${instance + 1}` : ''}`
          const surroundings = {
            ...{ plan, region, base, adminKey, identities, databasePassword: secrets.database.controlPlane },
            syncLink: (to: string) => linkUrl(syncLinks.get(linkKey(region.name, to))!),
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

/** One way from every region to a service of every other of its lineage. */
async function openLinks(
  plan: LocalPlan,
  links: RegionLinks,
  service: Service,
  listener: (region: RegionPlan) => { ip: string; port: number },
): Promise<Map<string, Endpoint>> {
  const ways = new Map<string, Endpoint>()
  for (const from of plan.regions) {
    for (const to of plan.regions) {
      if (from === to || !from.lineage.includes(to.name)) continue
      const { ip: host, port } = listener(to)
      ways.set(linkKey(from.name, to.name), await links.open(from.name, to.name, service, { host, port }))
    }
  }
  return ways
}

function linkKey(from: string, to: string): string {
  return `${from}\n${to}`
}

function linkUrl({ host, port }: Endpoint): string {
  return `https://${host}:${port}`
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
