import { stripVTControlCharacters } from 'node:util'
import { Option } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'

/**
 * What every command of `antipode` is handed, so that all keep the same rules: with `--json` one machine-readable
 * result on stdout and nothing else there; progress, logs and prompts on stderr; colour only where it is wanted.
 */
export interface CommandContext {
  readonly json: boolean
  readonly color: boolean
  /** True when stderr is a terminal, so that progress may be redrawn. */
  readonly interactive: boolean
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Aborted by the first Ctrl-C or SIGTERM: undo and leave. */
  readonly signal: AbortSignal
  /** The result for people; dropped with `--json`. */
  say(text: string): void
  /** The result for machines, one line; dropped without `--json`. */
  result(value: object): void
  /** How far a command is; stderr. */
  progress(text: string): void
}

const OFF = new Set(['0', 'false', 'no', 'off'])

/**
 * A flag with its `ANTIPODE_…` variable: `--data-dir` reads `ANTIPODE_DATA_DIR`. An empty variable is none, and a
 * switch's that says no leaves it off; Commander alone would take either for a yes.
 */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  const variable = `ANTIPODE_${option.name().replaceAll('-', '_').toUpperCase()}`
  const value = process.env[variable]
  if (value === '' || (option.isBoolean() && OFF.has(value?.toLowerCase() ?? ''))) delete process.env[variable]
  return option.env(variable)
}

/** The context of a command of this process; `json` is asked for late, since flags may stand anywhere. */
export function createCommandContext(json: () => boolean, signal: AbortSignal): CommandContext {
  const color = wantsColor(process.env, process.stdout.isTTY === true)
  const plain = (text: string): string => (color ? text : stripVTControlCharacters(text))
  return {
    get json() {
      return json()
    },
    color,
    interactive: process.stderr.isTTY === true,
    cwd: process.cwd(),
    env: process.env,
    signal,
    say: (text) => void (json() || process.stdout.write(`${plain(text)}\n`)),
    result: (value) => void (json() && process.stdout.write(`${JSON.stringify(value)}\n`)),
    progress: (text) => void process.stderr.write(`${plain(text)}\n`),
  }
}

/** `NO_COLOR` (https://no-color.org) set to anything turns colour off, `FORCE_COLOR` on; else terminals have it. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return isTerminal && env.TERM !== 'dumb'
}

/** Says what went wrong, in the way the caller reads, and answers with the exit code. */
export function reportFailure(error: unknown, context: CommandContext): number {
  const known = error instanceof AntipodeError
  const message = error instanceof Error ? error.message : String(error)
  context.result({
    error: { code: known ? error.code : 'FAILED', message, ...(known ? { details: error.details } : {}) },
  })
  context.progress(context.env.ANTIPODE_DEBUG && error instanceof Error ? String(error.stack) : `antipode: ${message}`)
  return known ? error.exit : 1
}

/** A whole number within bounds, for a flag's argument. */
export function wholeNumber(name: string, from: number, to: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= from && number <= to) return number
    throw new AntipodeError('USAGE', { reason: `${name} is a whole number from ${from} to ${to}, not '${value}'` })
  }
}
