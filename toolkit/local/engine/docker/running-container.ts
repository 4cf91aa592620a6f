import { appendFileSync, readFileSync } from 'node:fs'
import type { Exit } from '../../processes/child-processes.ts'
import type { RunningPart } from '../engine.ts'
import { type EngineApi, unlessAlready } from './engine-api.ts'
import { writeLog } from './log-stream.ts'
import type { ContainerProcess } from './namespace-filter.ts'

/** What `POST /containers/create` takes. */
export type ContainerOrder = Readonly<Record<string, unknown>>

/** Added to the number of the signal that ended it, as shells do. */
const SIGNALLED = 128

/**
 * A part in a container. Its life: created, started, ended, removed; whoever asks something of it waits until it was
 * started. When it could not be, `exited` says so, and the reason is the last word of its log.
 */
export class RunningContainer implements RunningPart {
  readonly started: Promise<void>
  readonly exited: Promise<Exit>
  /** Resolves when the engine has forgotten it, so that another may have its name. */
  readonly removed: Promise<void>
  readonly #api: EngineApi
  readonly #log: string
  readonly #begun: Promise<{ readonly id: string; readonly ended: Promise<Exit> } | undefined>
  #id = ''
  #pid: number | undefined
  #exit: Exit | undefined

  /** @param order comes before anything is done @param name among all containers of the engine */
  constructor(api: EngineApi, name: string, order: Promise<ContainerOrder>, log: string) {
    this.#api = api
    this.#log = log
    appendFileSync(log, '', { mode: 0o600 })
    this.#begun = order
      .then((made) => this.#begin(name, made))
      .catch((error: Error) => {
        appendFileSync(log, `${error.message}\n`)
        return undefined
      })
    this.started = this.#begun.then(() => undefined)
    this.exited = this.#begun.then(async (begun) => (await begun?.ended) ?? { code: null, signal: null })
    this.removed = this.exited.then(async (exit) => {
      this.#exit = exit
      const begun = await this.#begun
      if (begun) await this.#remove(begun.id)
    })
    this.removed.catch(() => undefined)
  }

  get running(): boolean {
    return this.#exit === undefined
  }

  get pid(): number | undefined {
    return this.#pid
  }

  /** Undefined unless it runs. */
  get process(): ContainerProcess | undefined {
    return this.running && this.#pid !== undefined ? { id: this.#id, pid: this.#pid } : undefined
  }

  signal(signal: NodeJS.Signals): void {
    void this.#send(signal).catch(() => undefined)
  }

  async freeze(): Promise<void> {
    await this.#do('pause')
  }

  async thaw(): Promise<void> {
    await this.#do('unpause')
  }

  async kill(): Promise<void> {
    if (!this.running) return
    await this.#send('SIGKILL')
    await this.exited
  }

  async stop(signal: NodeJS.Signals, seconds: number): Promise<void> {
    if (!this.running) return
    await this.#send(signal)
    await this.thaw()
    const overdue = setTimeout(() => void this.kill().catch(() => undefined), seconds * 1000)
    await this.exited
    clearTimeout(overdue)
  }

  lastWords(lines = 5): string {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  }

  async #begin(name: string, order: ContainerOrder): Promise<{ id: string; ended: Promise<Exit> }> {
    const { Id: id } = await this.#api.call<{ Id: string }>('POST', `/containers/create?name=${name}`, order)
    // Asked before it starts, since it may end at once.
    const end = await this.#api.open('POST', `/containers/${id}/wait?condition=next-exit`)
    try {
      await this.#api.call('POST', `/containers/${id}/start`)
      const logs = await this.#api.open('GET', `/containers/${id}/logs?follow=1&stdout=1&stderr=1`)
      const written = writeLog(logs, this.#log)
      const { State } = await this.#api.call<{ State: { Pid: number } }>('GET', `/containers/${id}/json`)
      this.#id = id
      this.#pid = State.Pid || undefined
      const ended = (async () => {
        let text = ''
        for await (const chunk of end.setEncoding('utf8')) text += chunk
        await written
        return exitOf((JSON.parse(text) as { StatusCode: number }).StatusCode)
      })().catch(() => ({ code: null, signal: null }))
      return { id, ended }
    } catch (error) {
      end.destroy()
      await this.#remove(id).catch(() => undefined)
      throw error
    }
  }

  async #do(what: 'pause' | 'unpause'): Promise<void> {
    const begun = await this.#begun
    if (begun && this.running) await unlessAlready(this.#api.call('POST', `/containers/${begun.id}/${what}`))
  }

  async #send(signal: NodeJS.Signals): Promise<void> {
    const begun = await this.#begun
    if (begun && this.running)
      await unlessAlready(this.#api.call('POST', `/containers/${begun.id}/kill?signal=${signal}`))
  }

  async #remove(id: string): Promise<void> {
    await unlessAlready(this.#api.call('DELETE', `/containers/${id}?force=1&v=1`))
  }
}

/** An exit code above 128 stands for a signal, of which only the two that end a part for certain have a name here. */
function exitOf(status: number): Exit {
  const signal = status === SIGNALLED + 9 ? 'SIGKILL' : status === SIGNALLED + 15 ? 'SIGTERM' : null
  return signal ? { code: null, signal } : { code: status, signal: null }
}
