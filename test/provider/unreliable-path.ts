import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What becomes of a call on its way. */
export type Fate =
  | 'arrives'
  /** It is carried out, and the connection breaks before the answer. */
  | 'answer lost'
  /** The connection breaks before it arrives. */
  | 'lost'
  /** It is carried out, and the control plane says that it does not know. */
  | 'in doubt'
  /** It is not carried out, and the control plane says that it does not know. */
  | 'in doubt, and not done'
  | 'never answered'
  | { readonly status: number; readonly body: object }

export interface Seen {
  readonly method: string
  readonly path: string
  readonly writeId: string | undefined
}

/** Stands between a client and a control plane, and decides what becomes of each call. */
export class UnreliablePath {
  readonly seen: Seen[] = []
  decide: (call: Seen) => Fate = () => 'arrives'
  readonly #server: Server
  readonly #target: string

  static async to(target: string): Promise<UnreliablePath> {
    const path = new UnreliablePath(target)
    await new Promise<void>((listening) => path.#server.listen(0, '127.0.0.1', listening))
    return path
  }

  private constructor(target: string) {
    this.#target = target
    this.#server = createServer((request, response) => void this.#pass(request, response))
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Calls that would change something. */
  get writes(): Seen[] {
    return this.seen.filter(({ method, path }) => method !== 'GET' && !path.includes('/validate'))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const { method = 'GET', url = '', headers } = request
    const call = { method, path: url, writeId: headers['x-antipode-write'] as string | undefined }
    this.seen.push(call)
    const fate = this.decide(call)
    if (fate === 'never answered') return
    if (fate === 'lost') return void request.socket.destroy()
    if (typeof fate === 'object') return answer(response, fate.status, JSON.stringify(fate.body))
    const doubt = JSON.stringify({ error_msg: 'not confirmed in time', code: 'ANTIPODE_IN_DOUBT', write: call.writeId })
    if (fate === 'in doubt, and not done') return answer(response, 504, doubt)
    const { host: _, connection: __, 'content-length': ___, ...others } = headers
    const carried = await fetch(this.#target + url, {
      ...{ method, headers: others as Record<string, string> },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    })
    const text = await carried.text()
    if (fate === 'answer lost') return void request.socket.destroy()
    if (fate === 'in doubt') return answer(response, 504, doubt)
    answer(response, carried.status, text)
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}

/** What a control plane answers that may not write. */
export function refusesWrites(code: string, writer: string | null): Fate {
  return { status: 503, body: { error_msg: 'not here', code, writer } }
}
