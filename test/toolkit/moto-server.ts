import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Why AWS cannot be played here, or false where it can. */
export const motoMissing: string | false =
  spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0
    ? false
    : 'moto_server, which plays AWS, is not on the PATH'

/** moto playing AWS on a port of its own; what it holds ends with it. */
export class MotoServer {
  readonly endpoint: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, endpoint: string) {
    this.#process = process
    this.endpoint = endpoint
  }

  static async start(): Promise<MotoServer> {
    const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
    for await (const line of createInterface(server.stderr)) {
      const [, endpoint] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? []
      if (endpoint === undefined) continue
      server.stderr.resume()
      return new MotoServer(server, endpoint)
    }
    throw new Error('moto_server ended before it listened')
  }

  /** What the SDK needs in its environment to call here instead of AWS. */
  get env(): Readonly<Record<string, string>> {
    return { AWS_ENDPOINT_URL: this.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.kill()
    await exited
  }
}
