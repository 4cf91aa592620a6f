import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { connectLocal } from '../../local/local-client.ts'
import type { EngineName, LocalTopology, Preparation } from '../../local/local-topology.ts'
import { forkBeside } from '../own-process.ts'

/** A running topology, and whose it is. */
export interface TopologySession {
  readonly local: LocalTopology
  /** The drill brought it up and takes it down; otherwise it was there and stays. */
  readonly own: boolean
  close(): Promise<void>
}

export interface SessionOptions {
  /** The command line's own program. */
  readonly program: string
  readonly topologyFile: string
  /** Name and content hash that a running topology must have. */
  readonly topology: string
  readonly hash: string
  readonly cwd: string
  readonly dataDir: string | undefined
  /** Undefined for what runs already, and else for processes. */
  readonly engine: EngineName | undefined
  /** What the drill's faults need of `up`. */
  readonly prepare: readonly Preparation[]
  /** Data planes a region, at least. */
  readonly instances: number
  readonly signal: AbortSignal
}

/** Attaches to the running `up`, or brings the topology up where none runs. */
export async function openSession(options: SessionOptions): Promise<TopologySession> {
  const running = await attach(options)
  if (running) return running
  return bringUp(options)
}

async function attach(options: SessionOptions): Promise<TopologySession | undefined> {
  const { cwd, dataDir, topology, hash } = options
  let local: LocalTopology
  try {
    local = connectLocal({ cwd, dataDir })
  } catch (error) {
    if (error instanceof AntipodeError && error.code === 'NOT_RUNNING') return undefined
    throw error
  }
  const description = await local.describe()
  if (description.topology !== topology || description.hash !== hash) {
    const reason =
      description.topology === topology
        ? `the running ${topology} differs from the file the drill is pinned to; restart \`antipode up\``
        : `${description.topology} is running here, not ${topology}; stop it, or drill it with --topology`
    throw new AntipodeError('DRILL_NOT_STARTED', { reason })
  }
  if (options.engine !== undefined && options.engine !== description.engine) {
    const reason = `${topology} is running here with --engine ${description.engine}, not ${options.engine}; stop it first`
    throw new AntipodeError('DRILL_NOT_STARTED', { reason })
  }
  const missing = options.prepare.filter((preparation) => !description.prepared.includes(preparation))
  const few = description.regions.some(({ processes }) => processes.dataPlane.length < options.instances)
  if (missing.length > 0 || few) {
    const flags = [
      ...(missing.length > 0 ? [`--prepare ${missing.join()}`] : []),
      ...(few ? [`--instances ${options.instances}`] : []),
    ]
    throw new AntipodeError('DRILL_NOT_STARTED', { reason: `this drill needs \`antipode up … ${flags.join(' ')}\`` })
  }
  return { local, own: false, close: async () => {} }
}

async function bringUp(options: SessionOptions): Promise<TopologySession> {
  const { program, topologyFile, cwd, dataDir, engine, prepare, instances, signal } = options
  const scratch = await mkdtemp(join(tmpdir(), 'antipode-drill-'))
  const directory = dataDir ?? join(scratch, 'data')
  const config = join(scratch, 'config.yaml')
  await writeFile(config, stringify(await drillConfig(process.env.ANTIPODE_CONFIG)))
  const up = ['up', topologyFile, '--json', '--data-dir', directory, '--config', config]
  up.push('--instances', String(instances), ...(prepare.length > 0 ? ['--prepare', prepare.join()] : []))
  if (engine) up.push('--engine', engine)
  const keeper = forkBeside(import.meta.url, 'topology-keeper', [scratch, program, ...up], {
    cwd,
    // Its own process group: see the keeper.
    detached: true,
  })
  const ended = once(keeper, 'exit')
  const close = async () => {
    if (keeper.connected) keeper.disconnect()
    await ended
  }
  try {
    await ready(keeper, signal)
    return { local: connectLocal({ cwd, dataDir: directory }), own: true, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What `up` would have been given, and that every answer says its region, so that a misrouted one is noticed. */
async function drillConfig(file: string | undefined): Promise<object> {
  const given = (file === undefined ? {} : parse(await readFile(file, 'utf8'))) as { antipode?: object } | null
  return { ...given, antipode: { expose_region: true, ...given?.antipode } }
}

function ready(keeper: ChildProcess, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AntipodeError('DRILL_STOPPED', { reason: 'it was interrupted' }))
    signal.addEventListener('abort', abort, { once: true })
    keeper.on('message', (message: { ready?: true; said?: string[] }) => {
      if (message.ready) resolve()
      else
        reject(
          new AntipodeError('DRILL_NOT_STARTED', { reason: `antipode up ended:\n${(message.said ?? []).join('\n')}` }),
        )
    })
    keeper.once('exit', () => reject(new AntipodeError('DRILL_NOT_STARTED', { reason: 'antipode up ended' })))
  })
}
