import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { RunningPart } from '../engine/engine.ts'
import { findProcess, freezeTrees, killTrees, signalProcess, withDescendants } from './process-table.ts'
import { type Reaper, RUN_VARIABLE } from './reaper.ts'

export interface ProgramToRun {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
  /** Receives stdout and stderr. */
  readonly log: string
  /** What makes it end at once but tidily, should its supervisor be killed; null for SIGKILL. */
  readonly politeSignal?: NodeJS.Signals
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const POLITE_SECONDS = 2

/**
 * The processes a supervisor has started. Each runs in a session of its own, so that Ctrl-C at a terminal reaches the
 * supervisor alone and it decides in which order they end, and each is held by the reaper from its first moment.
 */
export class ChildProcesses {
  readonly #reaper: Reaper
  /** Each with its polite signal. */
  readonly #running = new Map<RunningChild, NodeJS.Signals | undefined>()
  #closed = false

  constructor(reaper: Reaper) {
    this.#reaper = reaper
  }

  spawn(program: ProgramToRun): RunningChild {
    if (this.#closed) throw new Error('the supervisor is stopping and starts nothing more')
    const log = openSync(program.log, 'a', 0o600)
    const process = spawn(program.command, program.args, {
      stdio: ['ignore', log, log],
      detached: true,
      env: { ...program.env, [RUN_VARIABLE]: this.#reaper.run },
      ...(program.cwd ? { cwd: program.cwd } : {}),
      ...(program.user ? { uid: program.user.uid, gid: program.user.gid } : {}),
    })
    closeSync(log)
    const child = new RunningChild(process, program.log)
    if (process.pid === undefined) return child
    const pid = process.pid
    this.#running.set(child, program.politeSignal)
    this.#reaper.hold(pid, program.politeSignal ?? null)
    void child.exited.then(() => {
      this.#running.delete(child)
      this.#reaper.forget(pid)
    })
    return child
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Starts nothing more, and ends what is left: at once, but tidily where that makes a difference. */
  async close(): Promise<void> {
    this.#closed = true
    const ends = [...this.#running].map(([child, signal]) =>
      signal ? child.stop(signal, POLITE_SECONDS) : child.kill(),
    )
    await Promise.all(ends)
  }
}

export class RunningChild implements RunningPart {
  /** Undefined when it could not be started at all. */
  readonly pid: number | undefined
  readonly started: Promise<void> = Promise.resolve()
  readonly exited: Promise<Exit>
  readonly #log: string
  #exit: Exit | undefined

  constructor(process: ChildProcess, log: string) {
    this.pid = process.pid
    this.#log = log
    this.exited = new Promise((resolve) => {
      process.once('error', () => resolve({ code: null, signal: null }))
      process.once('exit', (code, signal) => resolve({ code, signal }))
    })
    void this.exited.then((exit) => {
      this.#exit = exit
    })
  }

  get running(): boolean {
    return this.pid !== undefined && this.#exit === undefined
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) signalProcess(this.pid!, signal)
  }

  async freeze(): Promise<void> {
    if (this.running) freezeTrees([this.pid!])
  }

  async thaw(): Promise<void> {
    if (this.running) for (const pid of withDescendants([this.pid!])) signalProcess(pid, 'SIGCONT')
  }

  /** SIGKILL to the whole tree; resolves when every process of it is gone. */
  async kill(): Promise<void> {
    if (!this.running) return
    const tree = killTrees([this.pid!])
    await this.exited
    while (tree.some(findProcess)) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** Asks it to end by `signal`, and kills it when it has not after `seconds`. */
  async stop(signal: NodeJS.Signals, seconds: number): Promise<void> {
    if (!this.running) return
    this.signal(signal)
    void this.thaw()
    const overdue = setTimeout(() => void this.kill(), seconds * 1000)
    await this.exited
    clearTimeout(overdue)
  }

  /** The last lines it wrote, for an error message. */
  lastWords(lines = 5): string {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  }
}
