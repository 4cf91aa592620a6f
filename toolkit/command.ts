import { Option } from 'commander'

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

/** A flag with its `ANTIPODE_…` variable: `--data-dir` reads `ANTIPODE_DATA_DIR`. */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`ANTIPODE_${option.name().replaceAll('-', '_').toUpperCase()}`)
}
