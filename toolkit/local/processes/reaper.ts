import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { siblingProgram } from './sibling-program.ts'

/** The environment variable that marks every process of a run. */
export const RUN_VARIABLE = 'ANTIPODE_RUN'

export type ReaperOrder =
  /** End this process when the supervisor is gone; first with `politeSignal`, where it has things to clear away. */
  | { readonly order: 'hold'; readonly pid: number; readonly politeSignal: NodeJS.Signals | null }
  | { readonly order: 'forget'; readonly pid: number }
  /** Remove this path when the supervisor is gone, and the `.antipode` folder around it when nothing else is in it. */
  | { readonly order: 'remove'; readonly path: string }
  | { readonly order: 'keep'; readonly path: string }
  /** Unmount what is mounted here when the supervisor is gone, before anything is removed. */
  | { readonly order: 'unmount'; readonly path: string }
  /** Remove the run's containers and networks when the supervisor is gone, through the Docker engine of this socket. */
  | { readonly order: 'containers'; readonly socket: string }

/**
 * The supervisor's end of the pipe to its reaper. Nothing needs to be done for the reaper to act: the system closes
 * the pipe of a process that was killed. Should the reaper itself be killed, another takes its place.
 */
export class Reaper {
  /** Marks this run's processes, in `RUN_VARIABLE`. */
  readonly run = randomUUID()
  readonly #held = new Map<number, ReaperOrder>()
  readonly #paths = new Map<string, ReaperOrder>()
  #process: ChildProcess
  #closing = false

  constructor() {
    this.#process = this.#start()
  }

  hold(pid: number, politeSignal: NodeJS.Signals | null): void {
    const order = { order: 'hold', pid, politeSignal } as const
    this.#held.set(pid, order)
    this.#send(order)
  }

  forget(pid: number): void {
    this.#held.delete(pid)
    this.#send({ order: 'forget', pid })
  }

  removeAtEnd(path: string): void {
    const order = { order: 'remove', path } as const
    this.#paths.set(path, order)
    this.#send(order)
  }

  unmountAtEnd(path: string): void {
    const order = { order: 'unmount', path } as const
    this.#paths.set(`mount ${path}`, order)
    this.#send(order)
  }

  removeContainersAtEnd(socket: string): void {
    const order = { order: 'containers', socket } as const
    this.#paths.set(`containers ${socket}`, order)
    this.#send(order)
  }

  keep(path: string): void {
    this.#paths.delete(path)
    this.#send({ order: 'keep', path })
  }

  /** Ends the reaper, which first ends and removes all that it still holds. */
  async close(): Promise<void> {
    this.#closing = true
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.ref()
    this.#process.stdin?.end()
    await exited
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, [siblingProgram(import.meta.url, 'reaper-main')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { ...process.env, [RUN_VARIABLE]: this.run },
    })
    child.unref()
    child.stdin?.on('error', () => undefined)
    child.once('exit', () => {
      if (this.#closing) return
      this.#process = this.#start()
      for (const order of [...this.#held.values(), ...this.#paths.values()]) this.#send(order)
    })
    return child
  }

  #send(order: ReaperOrder): void {
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`)
  }
}
