import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { AntipodeError } from '../../../../runtime/model/errors.ts'

/** What the engine refused, in its own words. */
export class EngineRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * Docker's own API over the socket of an engine on this machine: a call takes milliseconds, where a command of its
 * command line takes a process. Paths name no version, so that the engine's newest holds.
 * https://docs.docker.com/reference/api/engine/
 */
export class EngineApi {
  readonly socket: string

  constructor(socket: string) {
    this.socket = socket
  }

  /**
   * A call and its answer, as data; undefined where the answer has no content.
   *
   * @throws EngineRefusal, AntipodeError DOCKER_UNAVAILABLE
   */
  async call<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object | Readable): Promise<Answer> {
    const response = await this.open(method, path, body)
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    // What takes long is answered with a line for each step, and its failure with the last.
    const last = text.trim().split('\n').at(-1)
    return (last ? JSON.parse(last) : undefined) as Answer
  }

  /** A call whose answer is read as it comes. */
  async open(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object | Readable): Promise<IncomingMessage> {
    const response = await this.#send(method, path, body)
    const { statusCode = 0 } = response
    if (statusCode < 400) return response
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    throw new EngineRefusal(statusCode, messageIn(text))
  }

  #send(method: string, path: string, body: object | Readable | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const piped = body !== undefined && 'pipe' in body
      const type = piped ? 'application/x-tar' : 'application/json'
      const headers = { host: 'docker', ...(body === undefined ? {} : { 'content-type': type }) }
      const call = request({ socketPath: this.socket, method, path, headers, agent: false }, resolve)
      call.once('error', (cause) => {
        const reason = `no engine answers at ${this.socket}: ${cause.message}`
        reject(new AntipodeError('DOCKER_UNAVAILABLE', { reason }, { cause }))
      })
      if (piped) body.pipe(call)
      else call.end(body && JSON.stringify(body))
    })
  }
}

/** Leaves be whatever is refused because it is so already, or gone. */
export async function unlessAlready(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof EngineRefusal && isAlready(error))) throw error
  }
}

/** Older engines call it an error of their own that what is to be thawed is not frozen. */
function isAlready({ status, message }: EngineRefusal): boolean {
  return status === 404 || status === 409 || /is not (paused|running)/.test(message)
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message
  } catch {
    return text.trim()
  }
}
