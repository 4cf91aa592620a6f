import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connectLocal } from '../../toolkit/local/local-client.ts'
import type { LocalRegion, LocalTopology } from '../../toolkit/local/local-topology.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface ReadyLine {
  readonly event: 'ready'
  readonly topology: string
  readonly durability: string
  readonly gslb: { readonly dns: string; readonly host: string } | null
  readonly regions: readonly LocalRegion[]
}

/** `antipode up` as a person or a script runs it: a child process that prints JSON lines. */
export class RunningTopology {
  readonly child: ChildProcess
  readonly ready: ReadyLine
  readonly local: LocalTopology
  readonly folder: string
  readonly secondsToReady: number

  private constructor(child: ChildProcess, ready: ReadyLine, folder: string, secondsToReady: number) {
    this.child = child
    this.ready = ready
    this.folder = folder
    this.secondsToReady = secondsToReady
    this.local = connectLocal({ cwd: folder, dataDir: path.join(folder, 'data') })
  }

  static async start(topologyFile: string | null, flags: readonly string[] = []): Promise<RunningTopology> {
    const folder = mkdtempSync(path.join(tmpdir(), 'antipode-e2e-'))
    const started = performance.now()
    const args = ['up', ...(topologyFile ? [path.resolve(ROOT, topologyFile)] : []), '--json', '--gslb-port', '0']
    const child = spawn(
      process.execPath,
      [path.join(ROOT, 'toolkit/cli.ts'), ...args, '--data-dir', path.join(folder, 'data'), ...flags],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let complaint = ''
    child.stderr.on('data', (data) => {
      complaint = `${complaint}${data}`.slice(-4_000)
    })
    const lines = createInterface({ input: child.stdout })
    const first = await Promise.race([
      once(lines, 'line').then(([line]) => JSON.parse(line as string)),
      once(child, 'exit').then(([code]) => {
        throw new Error(`up ended with ${code}: ${complaint}`)
      }),
    ])
    if (first.event !== 'ready') throw new Error(`up did not become ready: ${JSON.stringify(first)}`)
    return new RunningTopology(child, first, folder, (performance.now() - started) / 1000)
  }

  region(name: string): LocalRegion {
    const region = this.ready.regions.find((candidate) => candidate.name === name)
    if (!region) throw new Error(`${name} is not a region of ${this.ready.topology}`)
    return region
  }

  /** @returns the exit code of `up` */
  async stop(): Promise<number | null> {
    const ended = this.child.exitCode === null ? once(this.child, 'exit') : Promise.resolve([this.child.exitCode])
    this.child.kill('SIGINT')
    const [code] = await ended
    rmSync(this.folder, { recursive: true, force: true })
    return code
  }
}
