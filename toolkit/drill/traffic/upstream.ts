import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { forkBeside } from '../own-process.ts'

export interface UpstreamCount {
  /** Different calls that arrived. */
  readonly served: number
  /** Calls that arrived again after they had arrived once. */
  readonly duplicated: number
}

/** The runner's end of the drill's upstream. */
export class Upstream {
  readonly port: number
  readonly #address: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, address: string, port: number) {
    this.#process = process
    this.#address = address
    this.port = port
  }

  /** @param address where gateways reach this machine @param port @default any free one */
  static async start(address: string, port = 0): Promise<Upstream> {
    const child = forkBeside(import.meta.url, 'upstream-main', [String(port), address])
    const [bound] = (await once(child, 'message')) as [{ port: number }]
    return new Upstream(child, address, bound.port)
  }

  /** `address:port` */
  get node(): string {
    return `${this.#address}:${this.port}`
  }

  get alive(): boolean {
    return this.#process.connected
  }

  async count(): Promise<UpstreamCount> {
    const answer = once(this.#process, 'message')
    this.#process.send('count')
    const [count] = (await answer) as [UpstreamCount]
    return count
  }

  /** SIGKILL; what it counted is gone. */
  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  async stop(): Promise<void> {
    if (!this.#process.connected) return
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
  }
}
