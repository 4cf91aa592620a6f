import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ChildProcesses, RunningChild } from '../processes/child-processes.ts'
import type { DatabaseProgram, Engine, PartProgram, RuntimeProgram, Standpoint } from './engine.ts'

export interface LocalEngineOptions {
  readonly processes: ChildProcesses
  /** The program `antipode`, to be run by Node. */
  readonly program: string
  /** Where each process's `config.yaml` is written. */
  readonly configs: string
  /** Working directory of control planes and data planes. */
  readonly cwd: string
}

const LOOPBACK: Standpoint = {
  listenOn: (address) => address,
  directly: (_, { ip, port }) => ({ host: ip, port }),
  // Regions have loopback addresses of their own, and come from any of them.
  callers: '127.0.0.0/8',
  machine: '127.0.0.1',
  ownDirectory: (directory) => directory,
}

/** Runs parts as processes of this machine. */
export class LocalEngine implements Engine {
  readonly name = 'local'
  readonly sharesMemory = true
  readonly filter = undefined
  readonly linkFaults = 'on links of this machine'
  readonly #options: LocalEngineOptions

  constructor(options: LocalEngineOptions) {
    this.#options = options
  }

  standpoint(_region: string): Standpoint {
    return LOOPBACK
  }

  start(program: PartProgram): RunningChild {
    return program.part === 'database' ? this.#startDatabase(program) : this.#startRuntime(program)
  }

  close(): Promise<void> {
    return this.#options.processes.close()
  }

  #startRuntime({ part, name, config, env, log }: RuntimeProgram): RunningChild {
    const { processes, program, configs, cwd } = this.#options
    const file = join(configs, `${name}.yaml`)
    writeFileSync(file, stringify(config), { mode: 0o600 })
    return processes.spawn({
      command: process.execPath,
      args: [program, part, '--config', file],
      env: { ...withoutOurFlags(process.env), ...env },
      ...{ cwd, log },
    })
  }

  #startDatabase({ binaries, args, env, user, log }: DatabaseProgram): RunningChild {
    return this.#options.processes.spawn({
      command: binaries.postgres,
      args,
      env: { LC_ALL: 'C', PATH: process.env.PATH, ...env },
      ...{ cwd: '/', user, log },
      politeSignal: 'SIGQUIT',
    })
  }
}

/** Our own `ANTIPODE_…` variables speak to this command, not to those that it starts. */
function withoutOurFlags(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ANTIPODE_')))
}
