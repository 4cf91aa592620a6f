import { join } from 'node:path'
import type { Topology } from '../../../topology/index.ts'
import type { CertificateIssuer } from '../../certificate-issuer.ts'
import type { ControlPlaneSchema } from '../../control-plane-schema.ts'
import { preparePostgres } from '../database/binaries.ts'
import type { RegionDatabase } from '../database/region-database.ts'
import { unprivilegedUser } from '../database/unprivileged-user.ts'
import type { Engine, RuntimeProgram } from '../engine/engine.ts'
import { type LentImage, openEngine } from '../engine/open-engine.ts'
import type { Endpoint } from '../links/link-forwarder.ts'
import { type End, RegionLinks } from '../links/region-links.ts'
import type { EngineName, Part, Preparation } from '../local-topology.ts'
import { type Identities, provideIdentities } from '../plan/identities.ts'
import { type LocalPlan, planLocally, portsOf, type RegionPlan } from '../plan/local-plan.ts'
import { readBaseConfig } from '../plan/port-plan.ts'
import { controlPlaneConfig, dataPlaneConfig } from '../plan/process-config.ts'
import { provideSecrets, type Secrets } from '../plan/secrets.ts'
import { ChildProcesses } from '../processes/child-processes.ts'
import { checkPorts } from '../processes/port-holder.ts'
import { Reaper } from '../processes/reaper.ts'
import { Announcement } from './announcement.ts'
import { KeptState } from './kept-state.ts'
import { provideDatabases } from './provide-databases.ts'
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
  readonly engine: EngineName
  /** Provides the runtime's image where an engine asks for it. */
  readonly image: () => Promise<LentImage>
  readonly cwd: string
  /** The program `antipode` and the one that synthesises stacks, to be run by Node. */
  readonly programs: { readonly antipode: string; readonly synth: string }
  readonly issuer: CertificateIssuer
  readonly schema: ControlPlaneSchema
  readonly progress: (text: string) => void
}

/** Everything that a run stands on before its first process starts. */
export interface Foundation {
  readonly plan: LocalPlan
  readonly workspace: Workspace
  /** Runs the parts. */
  readonly engine: Engine
  /** What runs beside the parts. */
  readonly processes: ChildProcesses
  readonly links: RegionLinks
  readonly identities: Identities
  readonly secrets: Secrets
  readonly issuer: CertificateIssuer
  readonly prepared: readonly Preparation[]
  /** Null where the Admin API asks for none. */
  readonly adminKey: string | null
  readonly databases: ReadonlyMap<string, RegionDatabase>
  programs(region: RegionPlan): { controlPlane: RuntimeProgram; dataPlanes: RuntimeProgram[] }
  readonly state: KeptState
  readonly announcement: Announcement
  /** Starts nothing more, and ends what runs. */
  end(): Promise<void>
  /** The same, and gives everything back. */
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
  let opened: Engine | undefined
  const end = async (): Promise<void> => {
    await Promise.all([processes.close(), opened?.close()])
  }
  const close = async (): Promise<void> => {
    await end()
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
    const [identities, binaries] = await Promise.all([
      provideIdentities(workspace.private('identities'), plan.name, names, options.issuer),
      preparePostgres(plan.databaseMajor, user, workspace.runDirectory),
    ])
    const engine = await openEngine(options, { plan, workspace, processes, reaper, binaries })
    opened = engine
    if (engine.filter) {
      const say = (failure: string) => options.progress(`packets cannot be dropped, only links cut: ${failure}`)
      links.filterBy(engine.filter, say)
    }
    const ways = await openWays(plan, links, engine, options.prepare.includes('inner-links'))
    const databases = await provideDatabases({
      ...{ plan, workspace, user, passwords: secrets.database, processes, engine, binaries, schema: options.schema },
      linkBetween: (from, to) => ways({ region: from, part: 'database' }, { region: to, part: 'database' })!,
    })
    const adminKey = chooseAdminKey(options, base.deployment?.admin, secrets)
    return {
      ...{ plan, workspace, state, announcement, engine, processes, links, identities, secrets, databases, adminKey },
      ...{ issuer: options.issuer, prepared: options.prepare, end, close },
      programs: (region) => {
        const program = (part: 'control-plane' | 'data-plane', instance: number): RuntimeProgram => {
          const name = `${region.name}-${part}${instance > 0 ? `-${instance + 1}` : ''}`
          const directory = workspace.private('processes', name)
          const standpoint = engine.standpoint(region.name)
          const surroundings = {
            ...{ plan, region, base, adminKey, identities, databasePassword: secrets.database.controlPlane },
            way: (to: End) => ways({ region: region.name, part }, to),
            ...{ standpoint, directory: standpoint.ownDirectory(directory) },
          }
          return {
            ...{ region: region.name, part, name, directory },
            config: part === 'control-plane' ? controlPlaneConfig(surroundings) : dataPlaneConfig(surroundings),
            ...(instance > 0 && { joins: `${region.name}-${part}` }),
            listeners: part === 'control-plane' ? [region.admin, region.sync] : [...region.gateway, region.status],
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
  engine: Engine,
  inner: boolean,
): Promise<(from: End, to: End) => Endpoint | undefined> {
  const ways = new Map<string, Endpoint>()
  const key = (from: End, to: End): string => [from.region, from.part, to.region, to.part].join('\n')
  const open = async (from: End, to: End, { ip: host, port }: { ip: string; port: number }): Promise<void> => {
    ways.set(key(from, to), await links.open(from, to, { host, port }, engine.standpoint(from.region).machine))
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
