import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type {
  Affliction,
  ConfigurationChange,
  FaultUndo,
  LinkState,
  LocalTopology,
  Part,
  Place,
} from '../local-topology.ts'

/** What a client may ask for: the calls of `LocalTopology`, those of a database with the region first. */
const CALLS = {
  describe: (local) => local.describe(),
  kill: (local, region: string, parts: Part[]) => local.kill(region, parts),
  freeze: (local, region: string, parts: Part[]) => local.freeze(region, parts),
  thaw: (local, region: string, parts: Part[]) => local.thaw(region, parts),
  start: (local, region: string, parts: Part[]) => local.start(region, parts),
  link: (local, from: Place, to: Place, state: LinkState, ways?: 'both' | 'there') => local.link(from, to, state, ways),
  links: (local) => local.links(),
  afflict: (local, affliction: Affliction) => local.afflict(affliction),
  relieve: (local, affliction: Affliction) => local.relieve(affliction),
  afflictions: (local) => local.afflictions(),
  configure: (local, change: ConfigurationChange) => local.configure(change),
  undo: (local, step: FaultUndo) => local.undo(step),
  gslb: (local) => local.gslb(),
  lease: (local, id: string, seconds: number, undo: FaultUndo[]) => local.lease(id, seconds, undo),
  release: (local, id: string) => local.release(id),
  stop: (local) => local.stop(),
  'database/status': (local, region: string) => local.database(region).status(),
  'database/stop': (local, region: string, mode: 'fast' | 'immediate') => local.database(region).stop(mode),
  'database/startAsStandby': (local, region: string, of: string) => local.database(region).startAsStandby(of),
  'database/startAsPrimary': (local, region: string) => local.database(region).startAsPrimary(),
  'database/rebuild': (local, region: string, from: string) => local.database(region).rebuild(from),
  'database/buildBeside': (local, region: string, from: string, major: number) =>
    local.database(region).buildBeside(from, major),
  'database/discardBeside': (local, region: string) => local.database(region).discardBeside(),
  'database/moveIn': (local, region: string) => local.database(region).moveIn(),
  // biome-ignore lint/suspicious/noExplicitAny: arguments arrive as JSON; both ends of the socket are this package.
} satisfies Record<string, (local: LocalTopology, ...args: any[]) => Promise<unknown>>

export type CallName = keyof typeof CALLS

export type CallAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code?: string; readonly message: string; readonly details?: object } }

/**
 * The supervisor's door for other commands: HTTP on a Unix socket in a directory that only its owner may enter, which
 * is all the authentication it has. `POST /<call>` with the arguments as a JSON array; `GET /events` streams lines.
 */
export class ApiServer {
  readonly #local: LocalTopology
  readonly #socket: string
  readonly #server: Server

  constructor(local: LocalTopology, socket: string) {
    this.#local = local
    this.#socket = socket
    this.#server = createServer((request, response) => void this.#handle(request, response))
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#socket, resolve)
    })
  }

  /** Lets answers that are under way leave, and ends streams. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    setTimeout(() => this.#server.closeAllConnections(), 100).unref()
    await closed
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/events') return this.#stream(response)
    const call = CALLS[(request.url ?? '').slice(1) as CallName] as
      | ((local: LocalTopology, ...args: unknown[]) => Promise<unknown>)
      | undefined
    let answer: CallAnswer
    try {
      if (!call) throw new AntipodeError('USAGE', { reason: `the supervisor knows no call ${request.url}` })
      answer = { result: (await call(this.#local, ...(await readArguments(request)))) ?? null }
    } catch (error) {
      answer = { error: describeError(error) }
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  }

  async #stream(response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    response.setHeader('content-type', 'application/x-ndjson').flushHeaders()
    for await (const event of this.#local.events(gone.signal)) response.write(`${JSON.stringify(event)}\n`)
    response.end()
  }
}

async function readArguments(request: IncomingMessage): Promise<unknown[]> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text || '[]')
}

function describeError(error: unknown): { code?: string; message: string; details?: object } {
  if (error instanceof AntipodeError) return { code: error.code, message: error.message, details: error.details }
  return { message: error instanceof Error ? error.message : String(error) }
}
