import path from 'node:path'
import { connectLocal } from '../../toolkit/local/local-client.ts'
import type { LocalRegion, LocalTopology } from '../../toolkit/local/local-topology.ts'
import { ROOT } from '../presubmit/source-tree.ts'
import { CommandLine, type Running } from '../toolkit/cli-process.ts'

export interface ReadyLine {
  readonly event: 'ready'
  readonly topology: string
  readonly durability: string
  readonly gslb: { readonly dns: string; readonly host: string } | null
  readonly regions: readonly LocalRegion[]
}

/** `antipode up` as a script runs it: a child process that prints JSON lines, on free ports, in folders of its own. */
export class RunningTopology {
  readonly ready: ReadyLine
  readonly local: LocalTopology
  readonly secondsToReady: number
  readonly #commandLine: CommandLine
  readonly #running: Running

  private constructor(commandLine: CommandLine, running: Running, ready: ReadyLine, secondsToReady: number) {
    this.#commandLine = commandLine
    this.#running = running
    this.ready = ready
    this.secondsToReady = secondsToReady
    this.local = connectLocal({ cwd: commandLine.directory })
  }

  static async start(topologyFile: string): Promise<RunningTopology> {
    const commandLine = new CommandLine()
    const started = performance.now()
    const flags = ['--json', '--gslb-port', '0', '--config', commandLine.freePorts()]
    const running = commandLine.start('up', path.join(ROOT, topologyFile), ...flags)
    try {
      const ready = (await running.ready()) as ReadyLine
      return new RunningTopology(commandLine, running, ready, (performance.now() - started) / 1000)
    } catch (error) {
      await commandLine.close()
      throw error
    }
  }

  region(name: string): LocalRegion {
    const region = this.ready.regions.find((candidate) => candidate.name === name)
    if (!region) throw new Error(`${name} is not a region of ${this.ready.topology}`)
    return region
  }

  /** Runs another command in the working directory of this `up`. */
  command(...args: string[]): Running {
    return this.#commandLine.start(...args)
  }

  /** @returns the exit code of `up`, and what it left behind */
  async stop(): Promise<{ code: number | null; leftovers: readonly string[] }> {
    const { code } = await this.#running.interrupt()
    const leftovers = await this.#commandLine.settled()
    await this.#commandLine.close()
    return { code, leftovers }
  }
}
