import { Agent, request } from 'undici'

/** Reads a path from every gateway at a steady rate, whatever the answers, and counts those that were not 200. */
export class SteadyReads {
  readonly failures: string[] = []
  reads = 0
  readonly #agent = new Agent()
  readonly #headers: Record<string, string>
  readonly #timer: NodeJS.Timeout
  readonly #open = new Set<Promise<void>>()

  constructor(urls: readonly string[], everyMilliseconds: number, headers: Record<string, string> = {}) {
    this.#headers = headers
    this.#timer = setInterval(() => {
      for (const url of urls) {
        const read = this.#read(url).finally(() => this.#open.delete(read))
        this.#open.add(read)
      }
    }, everyMilliseconds)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#open)
    await this.#agent.destroy()
  }

  async #read(url: string): Promise<void> {
    this.reads += 1
    try {
      const answer = await request(url, { dispatcher: this.#agent, headers: this.#headers, headersTimeout: 10_000 })
      await answer.body.dump()
      if (answer.statusCode !== 200) this.failures.push(`${url} answered ${answer.statusCode}`)
    } catch (error) {
      this.failures.push(`${url}: ${(error as Error).message}`)
    }
  }
}
