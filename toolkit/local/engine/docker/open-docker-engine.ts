import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { AntipodeError } from '../../../../runtime/model/errors.ts'
import type { PostgresBinaries } from '../../database/binaries.ts'
import type { EngineGround, EngineWish } from '../open-engine.ts'
import { DockerEngine } from './docker-engine.ts'
import { EngineApi } from './engine-api.ts'
import { whyNoNamespaces } from './namespace-filter.ts'
import { type PostgresImage, providePostgresImage } from './postgres-image.ts'
import { createNetwork, type RegionNetwork } from './region-network.ts'
import { removeRun } from './remove-run.ts'

/**
 * Makes ready what containers need: the images and a network a region.
 *
 * @throws AntipodeError USAGE where this machine cannot reach containers, DOCKER_UNAVAILABLE, and what building the
 *   image throws
 */
export async function openDockerEngine(wish: EngineWish, ground: EngineGround): Promise<DockerEngine> {
  if (process.platform !== 'linux') {
    throw refusal("containers' networks can be reached from this machine on Linux alone; leave --engine out")
  }
  const { plan, workspace, reaper, binaries } = ground
  const api = new EngineApi(await findSocket())
  const { run } = reaper
  reaper.removeContainersAtEnd(api.socket)
  const images = new Map<number, Promise<PostgresImage>>()
  const database = (of: PostgresBinaries): Promise<PostgresImage> => {
    const image = images.get(of.major) ?? providePostgresImage(api, of, workspace.runDirectory)
    images.set(of.major, image)
    return image
  }
  try {
    const [runtime, noNamespaces] = await Promise.all([wish.image(), whyNoNamespaces(), database(binaries)])
    const networks = new Map<string, RegionNetwork>()
    for (const { name } of plan.regions) networks.set(name, await createNetwork(api, run, name))
    const engine = new DockerEngine({ api, run, networks, runtime, database, noNamespaces })
    wish.progress(`containers of ${runtime.name}, a network a region; faults of links: ${engine.linkFaults}`)
    return engine
  } catch (error) {
    await removeRun(api, run, 1).catch(() => undefined)
    throw error
  }
}

/** The socket of the engine that the command `docker` would speak to. */
async function findSocket(): Promise<string> {
  const host = process.env.DOCKER_HOST || (await hostOfContext())
  if (host.startsWith('unix://')) return host.slice('unix://'.length)
  throw refusal(`the Docker engine has to be one of this machine, on a Unix socket, not ${host}`)
}

async function hostOfContext(): Promise<string> {
  try {
    const format = ['--format', '{{.Endpoints.docker.Host}}']
    return (await promisify(execFile)('docker', ['context', 'inspect', ...format])).stdout.trim()
  } catch (error) {
    throw new AntipodeError('DOCKER_UNAVAILABLE', { reason: (error as Error).message.trim() })
  }
}

function refusal(reason: string): AntipodeError {
  return new AntipodeError('USAGE', { reason: `--engine docker: ${reason}` })
}
