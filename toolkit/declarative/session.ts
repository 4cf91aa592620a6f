import { readFile } from 'node:fs/promises'
import { type AdcResource, type AdcType, selectByLabels } from '../../runtime/model/adc/index.ts'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CommandContext } from '../command.ts'
import { api7ee } from './api7ee/index.ts'
import { apisix } from './apisix/index.ts'
import type { Backend, OpenBackend } from './backend.ts'
import type { Change, RemoteResource } from './compare/change.ts'
import { compare } from './compare/compare.ts'
import { type ClientTls, ControlPlaneClient } from './connection/control-plane-client.ts'
import type { ConnectionFlags } from './connection/flags.ts'
import { type FindRunning, type Region, readServers } from './connection/regions.ts'

const BACKENDS: Readonly<Record<string, Backend>> = { apisix, api7ee }
const DEFAULT_SERVER = 'http://localhost:9180'

/** What became of one region: a result, or the reason why there is none. */
export type RegionOutcome<Result> = { readonly region: Region } & (
  | { readonly result: Result; readonly error?: undefined }
  | { readonly error: Error; readonly result?: undefined }
)

/** One region's control plane, ready to be asked. */
export interface OpenRegion {
  readonly region: Region
  readonly client: ControlPlaneClient
  readonly backend: OpenBackend
  /** What it holds, as far as the flags mean it. `local` names the global rules and metadata that a selector keeps. */
  fetch(local?: readonly AdcResource[]): Promise<RemoteResource[]>
  /** What would make it equal to the files. */
  compare(local: readonly AdcResource[]): Promise<Change[]>
}

/** The regions that a command was pointed at, and how to speak to them. */
export class Session {
  readonly regions: readonly Region[]
  readonly backend: Backend
  readonly #flags: ConnectionFlags
  readonly #context: CommandContext
  readonly #tls: ClientTls

  static async open(flags: ConnectionFlags, context: CommandContext, findRunning: FindRunning): Promise<Session> {
    return new Session(await findRegions(flags, context, findRunning), flags, context, await readTls(flags))
  }

  private constructor(regions: readonly Region[], flags: ConnectionFlags, context: CommandContext, tls: ClientTls) {
    this.regions = regions
    this.backend = BACKENDS[flags.backend]!
    this.#flags = flags
    this.#context = context
    this.#tls = tls
  }

  /** Whether the flags mean resources of this kind. */
  includes = ({ type, parentId }: Pick<AdcResource, 'type' | 'parentId'>): boolean => {
    const { includeResourceType: only, excludeResourceType: but } = this.#flags
    const top = TOP_LEVEL[type] ?? (type === 'consumer' && parentId !== undefined ? 'consumer_group' : type)
    return (!only || only.includes(top)) && !but?.includes(top)
  }

  /** Asks every region at once. One that fails keeps no other from being asked. */
  async each<Result>(
    task: (client: ControlPlaneClient, region: Region) => Promise<Result>,
  ): Promise<RegionOutcome<Result>[]> {
    const { timeout, verbose } = this.#flags
    return Promise.all(
      this.regions.map(async (region) => {
        const client = new ControlPlaneClient({
          ...{ server: region.server, token: region.token, timeout, tls: this.#tls, signal: this.#context.signal },
          ...(verbose >= 2 ? { trace: (line: string) => this.#context.progress(`${region.name}: ${line}`) } : {}),
        })
        try {
          return { region, result: await task(client, region) }
        } catch (error) {
          return { region, error: error as Error }
        } finally {
          await client.close()
        }
      }),
    )
  }

  /** As `each`, with the control plane's version and defaults known. */
  async eachOpen<Result>(task: (region: OpenRegion) => Promise<Result>): Promise<RegionOutcome<Result>[]> {
    const { gatewayGroup, labelSelector, verbose } = this.#flags
    return this.each(async (client, region) => {
      const backend = await this.backend.open(client, { gatewayGroup, labelSelector })
      const note = (text: string) => void (verbose >= 1 && this.#context.progress(`${region.name}: ${text}`))
      const fetch = async (local: readonly AdcResource[] = []) => {
        const named = new Set(local.map(({ type, id }) => `${type} ${id}`))
        const all = (await backend.fetch(note)).filter(this.includes)
        return selectByLabels(all, labelSelector, named) as RemoteResource[]
      }
      const against = async (local: readonly AdcResource[]) => {
        const meant = local.filter(this.includes)
        return compare(meant, await fetch(local), backend.withDefaults(meant))
      }
      return task({ region, client, backend, fetch, compare: against })
    })
  }
}

const TOP_LEVEL: Readonly<Partial<Record<AdcType, string>>> = {
  route: 'service',
  stream_route: 'service',
  upstream: 'service',
  consumer_credential: 'consumer',
}

async function findRegions(
  { server, token, dataDir }: ConnectionFlags,
  context: CommandContext,
  findRunning: FindRunning,
): Promise<readonly Region[]> {
  if (server !== undefined && dataDir === undefined) return readServers(server, token)
  const running = await findRunning({ cwd: context.cwd, dataDir })
  if (!running) return readServers(DEFAULT_SERVER, token)
  const standbys = running.filter(({ role }) => role === 'standby').map(({ name }) => name)
  if (standbys.length > 0) context.progress(`${standbys.join(', ')}: a standby, which follows its writer; not asked`)
  return running
    .filter(({ role }) => role !== 'standby')
    .map(({ name, server, token: own }) => ({ name, server, ...((token ?? own) ? { token: token ?? own! } : {}) }))
}

async function readTls({
  caCertFile,
  tlsClientCertFile,
  tlsClientKeyFile,
  tlsSkipVerify,
}: ConnectionFlags): Promise<ClientTls> {
  const [ca, cert, key] = await Promise.all([caCertFile, tlsClientCertFile, tlsClientKeyFile].map(readIfNamed))
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(tlsSkipVerify ? { skipVerify: true } : {}),
  }
}

async function readIfNamed(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AntipodeError('USAGE', { reason: `${file} cannot be read: ${(cause as Error).message}` }, { cause })
  }
}
