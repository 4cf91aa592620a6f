import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'

export const ANTIPODE = fileURLToPath(new URL('../../toolkit/cli.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

// biome-ignore lint/suspicious/noExplicitAny: lines of the command line's JSON output, as an outsider reads them.
export type Line = any

/**
 * A working directory and a temporary directory of their own for runs of `antipode`, so that whatever they leave behind
 * can be told from everything else on the machine.
 */
export class CommandLine {
  readonly directory: string
  readonly #running = new Set<ChildProcess>()
  readonly #user: { readonly uid: number; readonly gid: number } | undefined

  /** As another user, where one is given and root runs the test. */
  constructor(user?: { readonly uid: number; readonly gid: number }) {
    this.#user = user
    this.directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
    chmodSync(this.directory, 0o711)
    if (user) chownSync(this.directory, user.uid, user.gid)
  }

  /** Any free ports instead of the ones that a tester's machine may use already. */
  freePorts(): string {
    const file = join(this.directory, 'ports.yaml')
    const config = {
      apisix: { node_listen: 0, status: { port: 0 } },
      deployment: { admin: { admin_listen: { port: 0 } } },
      antipode: { sync_listen: { port: 0 } },
    }
    writeFileSync(file, stringify(config))
    return file
  }

  start(...args: string[]): Running {
    const child = spawn(process.execPath, [ANTIPODE, ...args], {
      ...{ cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...process.env, TMPDIR: this.directory, NO_COLOR: '1' },
      ...this.#user,
    })
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    return new Running(child)
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  /** Processes that were started below this directory, and what lies in its place for temporary files. */
  leftovers(): string[] {
    const files = readdirSync(this.directory).filter((name) => name.startsWith('antipode-') || name === '.antipode')
    return [...files, ...this.#processes()]
  }

  /** Waits for what the reaper is still clearing away. */
  async settled(): Promise<string[]> {
    const deadline = performance.now() + 10_000
    while (this.leftovers().length > 0 && performance.now() < deadline) await sleep(50)
    return this.leftovers()
  }

  async close(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL')
    await this.settled()
    rmSync(this.directory, { recursive: true, force: true })
  }

  #processes(): string[] {
    if (process.platform !== 'linux') return []
    return readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1')
        const environment = readFileSync(`/proc/${name}/environ`, 'latin1')
        return command.includes(this.directory) || environment.includes(`TMPDIR=${this.directory}`)
      } catch {
        return false
      }
    })
  }
}

/** A run of `antipode` that has not ended. */
export class Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** The lines of stdout so far. */
  readonly lines: Line[] = []
  #wake: (() => void)[] = []

  constructor(child: ChildProcess) {
    this.child = child
    let stdout = ''
    let stderr = ''
    child.stderr!.on('data', (text) => {
      stderr += text
    })
    createInterface({ input: child.stdout! }).on('line', (line) => {
      stdout += `${line}\n`
      if (line.startsWith('{')) this.lines.push(JSON.parse(line))
      for (const wake of this.#wake.splice(0)) wake()
    })
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        resolve({ code, stdout, stderr })
        for (const wake of this.#wake.splice(0)) wake()
      })
    })
  }

  /** The first line of JSON that fits; throws when the run ends without one. */
  async line(fits: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(fits)
      if (found) return found
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        const { code, stdout, stderr } = await this.ended
        if (!this.lines.some(fits)) throw new Error(`antipode ended with ${code}\n${stdout}\n${stderr}`)
      } else await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  ready(): Promise<Line> {
    return this.line(({ event }) => event === 'ready')
  }

  /** As Ctrl-C does. */
  async interrupt(): Promise<Ended> {
    this.child.kill('SIGINT')
    return this.ended
  }
}
