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
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.port = port
  }

  static async start(): Promise<Upstream> {
    const child = forkBeside(import.meta.url, 'upstream-main')
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new Upstream(child, port)
  }

  async count(): Promise<UpstreamCount> {
    const answer = once(this.#process, 'message')
    this.#process.send('count')
    const [count] = (await answer) as [UpstreamCount]
    return count
  }

  async stop(): Promise<void> {
    if (!this.#process.connected) return
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
  }
}
