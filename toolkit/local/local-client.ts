import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError, type ErrorCode } from '../../runtime/model/errors.ts'
import type {
  Affliction,
  ConfigurationChange,
  DatabaseStatus,
  FaultUndo,
  GslbState,
  Link,
  LinkState,
  LocalDatabase,
  LocalDescription,
  LocalEvent,
  LocalTopology,
  Part,
  Place,
} from './local-topology.ts'
import { findProcess } from './processes/process-table.ts'
import type { CallAnswer, CallName } from './supervisor/api-server.ts'
import { findRunning, type RunningFile } from './supervisor/running-file.ts'

/**
 * The topology that runs over this data directory, or was started in this working directory.
 * @throws AntipodeError NOT_RUNNING
 */
export function connectLocal(where: { readonly cwd: string; readonly dataDir?: string | undefined }): LocalTopology {
  return new LocalClient(findRunning(where.cwd, where.dataDir))
}

/** Carries every call to the supervisor over its socket. */
class LocalClient implements LocalTopology {
  readonly #running: RunningFile

  constructor(running: RunningFile) {
    this.#running = running
  }

  describe(): Promise<LocalDescription> {
    return this.#call('describe')
  }

  kill(region: string, parts: readonly Part[]): Promise<void> {
    return this.#call('kill', region, parts)
  }

  freeze(region: string, parts: readonly Part[]): Promise<void> {
    return this.#call('freeze', region, parts)
  }

  thaw(region: string, parts: readonly Part[]): Promise<void> {
    return this.#call('thaw', region, parts)
  }

  start(region: string, parts: readonly Part[]): Promise<void> {
    return this.#call('start', region, parts)
  }

  link(from: Place, to: Place, state: LinkState, ways: 'both' | 'there' = 'both'): Promise<void> {
    return this.#call('link', from, to, state, ways)
  }

  links(): Promise<Link[]> {
    return this.#call('links')
  }

  afflict(affliction: Affliction): Promise<void> {
    return this.#call('afflict', affliction)
  }

  relieve(affliction: Affliction): Promise<void> {
    return this.#call('relieve', affliction)
  }

  afflictions(): Promise<Affliction[]> {
    return this.#call('afflictions')
  }

  configure(change: ConfigurationChange): Promise<void> {
    return this.#call('configure', change)
  }

  undo(step: FaultUndo): Promise<void> {
    return this.#call('undo', step)
  }

  database(region: string): LocalDatabase {
    return {
      status: () => this.#call<DatabaseStatus>('database/status', region),
      stop: (mode) => this.#call('database/stop', region, mode),
      startAsStandby: (of) => this.#call('database/startAsStandby', region, of),
      startAsPrimary: () => this.#call('database/startAsPrimary', region),
      rebuild: (from) => this.#call('database/rebuild', region, from),
      buildBeside: (from, major) => this.#call('database/buildBeside', region, from, major),
      discardBeside: () => this.#call('database/discardBeside', region),
      moveIn: () => this.#call('database/moveIn', region),
    }
  }

  gslb(): Promise<GslbState> {
    return this.#call('gslb')
  }

  lease(id: string, seconds: number, undo: readonly FaultUndo[]): Promise<void> {
    return this.#call('lease', id, seconds, undo)
  }

  release(id: string): Promise<void> {
    return this.#call('release', id)
  }

  async *events(signal: AbortSignal): AsyncGenerator<LocalEvent> {
    try {
      const response = await this.#send('GET', 'events', undefined, signal)
      for await (const line of createInterface({ input: response })) yield JSON.parse(line) as LocalEvent
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async stop(): Promise<void> {
    await this.#call('stop')
    while (findProcess(this.#running.pid)?.started === this.#running.started) await sleep(20)
  }

  async #call<Result>(name: CallName, ...args: unknown[]): Promise<Result> {
    const response = await this.#send('POST', name, JSON.stringify(args))
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    const answer = JSON.parse(text) as CallAnswer
    if ('result' in answer) return answer.result as Result
    const { code, message, details } = answer.error
    throw code ? new AntipodeError(code as ErrorCode, { ...details }) : new Error(message)
  }

  #send(method: string, name: string, body?: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { socketPath: this.#running.socket, method, path: `/${name}`, agent: false as const }
      const request = httpRequest({ ...options, ...(signal ? { signal } : {}) }, resolve)
      request.once('error', (cause: NodeJS.ErrnoException) => {
        const gone = cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED'
        reject(gone ? new AntipodeError('NOT_RUNNING', { where: this.#running.dataDir }, { cause }) : cause)
      })
      request.end(body)
    })
  }
}
