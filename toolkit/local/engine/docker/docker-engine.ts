import { chownSync } from 'node:fs'
import { stringify } from 'yaml'
import type { PostgresBinaries } from '../../database/binaries.ts'
import type { End } from '../../links/region-links.ts'
import type { DatabaseProgram, Engine, PartProgram, RuntimeProgram, Standpoint } from '../engine.ts'
import type { LentImage } from '../open-engine.ts'
import type { EngineApi } from './engine-api.ts'
import { inlineIdentities } from './inline-identities.ts'
import { NamespaceFilter } from './namespace-filter.ts'
import type { PostgresImage } from './postgres-image.ts'
import type { RegionNetwork } from './region-network.ts'
import { RUN_LABEL, removeRun } from './remove-run.ts'
import { type ContainerOrder, RunningContainer } from './running-container.ts'

export interface DockerEngineOptions {
  readonly api: EngineApi
  /** Marks what belongs to this run. */
  readonly run: string
  /** By region. */
  readonly networks: ReadonlyMap<string, RegionNetwork>
  readonly runtime: LentImage
  readonly database: (binaries: PostgresBinaries) => Promise<PostgresImage>
  /** Why packets cannot be dropped in the containers' network namespaces; undefined where they can. */
  readonly noNamespaces: string | undefined
}

/** The part of an order by which a container is in a network. */
interface Attachment {
  readonly HostConfig: object
  readonly ExposedPorts?: object
  readonly NetworkingConfig?: object
}

/** Enough of the run's mark to tell containers of several runs apart. */
const MARK_LENGTH = 8

/**
 * Runs parts as containers: control planes and data planes of the image that is deployed, locked down as there, and
 * PostgreSQL over a directory of this machine. Each region has a network of its own, in which parts call each other by
 * name; callers of this machine reach them at the same loopback addresses as where they are processes, and what passes
 * between regions crosses links on this machine.
 */
export class DockerEngine implements Engine {
  readonly name = 'docker'
  readonly sharesMemory = false
  readonly filter: NamespaceFilter | undefined
  readonly linkFaults: string
  readonly #options: DockerEngineOptions
  /** By name of the program; with those that have ended. */
  readonly #containers = new Map<string, RunningContainer>()
  /** The newest of each part, which stands for those beside it. */
  readonly #parts = new Map<string, RunningContainer>()
  #closed = false

  constructor(options: DockerEngineOptions) {
    this.#options = options
    const { noNamespaces } = options
    this.filter =
      noNamespaces === undefined ? new NamespaceFilter((part) => this.#parts.get(nameOf(part))?.process) : undefined
    this.linkFaults =
      noNamespaces === undefined
        ? "cuts and losses in the containers' network namespaces, delays on links of this machine"
        : `on links of this machine, since the containers' network namespaces are out of reach: ${noNamespaces}`
  }

  standpoint(region: string): Standpoint {
    const { subnet, gateway } = this.#network(region)
    return {
      listenOn: () => '0.0.0.0',
      directly: (part, { port }) => ({ host: part, port }),
      // What this machine sends through a published port comes from the network's gateway.
      callers: subnet,
      machine: gateway,
      ownDirectory: () => this.#options.runtime.stateFolder,
    }
  }

  start(program: PartProgram): RunningContainer {
    if (this.#closed) throw new Error('the supervisor is stopping and starts nothing more')
    const { api, run } = this.#options
    const before = this.#containers.get(program.name)?.removed
    const host = program.part === 'data-plane' && program.joins ? this.#containers.get(program.joins) : undefined
    const order = (async () => {
      await before
      if (program.part === 'database') return this.#databaseOrder(program)
      return this.#runtimeOrder(program, host ? await networkOf(host) : this.#ownNetwork(program, [program.part]))
    })()
    const container = new RunningContainer(
      api,
      `antipode-${run.slice(0, MARK_LENGTH)}-${program.name}`,
      order,
      program.log,
    )
    // What it listens on goes with the network of whom it joins.
    void host?.exited.then(() => container.kill()).catch(() => undefined)
    this.#containers.set(program.name, container)
    const isBeside = program.part === 'database' ? program.isBeside : host !== undefined
    if (!isBeside) this.#parts.set(nameOf(program), container)
    return container
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#containers.values()].map((container) => container.kill().catch(() => undefined)))
    await Promise.all([...this.#containers.values()].map(({ removed }) => removed.catch(() => undefined)))
    await removeRun(this.#options.api, this.#options.run, 1)
  }

  #runtimeOrder(program: RuntimeProgram, network: Attachment): ContainerOrder {
    const { name, user, stateFolder } = this.#options.runtime
    const variables = { ...program.env, ANTIPODE_CONFIG_YAML: stringify(inlineIdentities(program.config)) }
    return {
      ...this.#order(program, [`${program.directory}:${stateFolder}`], network),
      ...{ Image: name, Cmd: [program.part], User: ownerOf(program.directory, user) },
      Env: Object.entries(variables).map(([variable, value]) => `${variable}=${value}`),
      // The supervisor and the GSLB ask whether it serves; a process of its own for that would take it the time.
      Healthcheck: { Test: ['NONE'] },
    }
  }

  async #databaseOrder(program: DatabaseProgram): Promise<ContainerOrder> {
    const { name, program: server } = await this.#options.database(program.binaries)
    const { uid, gid } = program.user ?? { uid: process.getuid?.(), gid: process.getgid?.() }
    const network = this.#ownNetwork(program, program.isBeside ? [] : [program.part])
    return {
      ...this.#order(program, [`${program.directory}:${program.directory}`], network),
      ...{ Image: name, Entrypoint: [server], Cmd: program.args, User: `${uid}:${gid}` },
      Env: Object.entries({ LC_ALL: 'C', ...program.env }).map(([variable, value]) => `${variable}=${value}`),
    }
  }

  #order({ region, part, reads = [] }: PartProgram, binds: string[], network: Attachment): ContainerOrder {
    return {
      ...network,
      Labels: { [RUN_LABEL]: this.#options.run, 'antipode.region': region, 'antipode.part': part },
      HostConfig: {
        ...network.HostConfig,
        Binds: [...binds, ...reads.map((file) => `${file}:${file}:ro`)],
        ...{ ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], Init: part !== 'database' },
        LogConfig: { Type: 'local', Config: { 'max-size': '10m', 'max-file': '2' } },
      },
    }
  }

  /** An address of its own in the region's network, and its ports published. @param names by which others call it */
  #ownNetwork({ region, listeners }: PartProgram, names: readonly string[]): Attachment {
    const network = this.#network(region)
    const ports = listeners.map(({ ip, port }) => [`${port}/tcp`, [{ HostIp: ip, HostPort: String(port) }]] as const)
    return {
      ExposedPorts: Object.fromEntries(ports.map(([port]) => [port, {}])),
      HostConfig: {
        ...{ PortBindings: Object.fromEntries(ports), NetworkMode: network.name },
        // A route may name what listens on this machine, as it may with Docker's own desktop.
        ExtraHosts: [`host.docker.internal:${network.gateway}`],
      },
      NetworkingConfig: { EndpointsConfig: { [network.name]: { Aliases: names } } },
    }
  }

  #network(region: string): RegionNetwork {
    const network = this.#options.networks.get(region)
    if (network) return network
    throw new RangeError(`there is no region ${region}`)
  }
}

/** That of another container, as the containers of a pod have: address, published ports and names. */
async function networkOf(host: RunningContainer): Promise<Attachment> {
  await host.started
  if (!host.process) throw new Error('the data plane whose network it shares does not run')
  return { HostConfig: { NetworkMode: `container:${host.process.id}` } }
}

function nameOf({ region, part }: End): string {
  return `${region}/${part}`
}

/** As root the image's own user gets the directory; anybody else runs it as themselves, and owns it already. */
function ownerOf(directory: string, user: string): string {
  if (process.getuid?.() !== 0) return `${process.getuid?.()}:${process.getgid?.()}`
  const [uid = 0, gid = 0] = user.split(':').map(Number)
  chownSync(directory, uid, gid)
  return user
}
