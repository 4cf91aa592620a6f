import { Command, CommanderError } from 'commander'
import { type CommandContext, createCommandContext, flag, reportFailure } from './command.ts'

const GRACE_MILLISECONDS = 500

/**
 * Runs this process as a command line: signals interrupt it, wrong use and failures are explained and become its exit
 * code, and nothing that was left open keeps it.
 *
 * @param assemble adds the commands
 */
export async function runProgram(
  name: string,
  assemble: (program: Command, context: CommandContext) => void,
): Promise<void> {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Who asks twice does not want to wait; the reaper of a running `up` ends what it started.
      if (interruption.signal.aborted && signal === 'SIGINT') process.exit(130)
      interruption.abort(signal)
    })
  }
  // A reader that leaves early is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

  const program = new Command(name)
  const context = createCommandContext(() => program.opts<{ json?: boolean }>().json === true, interruption.signal)
  process.exitCode = await run(program, context, assemble)
  // Once nothing is left to do. Node would take itself apart first, and was once seen to spin there for ever.
  process.once('beforeExit', () => process.exit())
  // A command that has ended, or failed half way, may have left something open that would keep the process for ever.
  setTimeout(() => process.exit(), GRACE_MILLISECONDS).unref()
}

async function run(
  program: Command,
  context: CommandContext,
  assemble: (program: Command, context: CommandContext) => void,
): Promise<number> {
  try {
    program
      .addOption(flag('--json', 'print one machine-readable result on stdout, and nothing else there'))
      .configureHelp({ showGlobalOptions: true })
      .exitOverride()
      .showSuggestionAfterError()
    assemble(program, context)
    for (const command of program.commands) inherit(command)
    await program.parseAsync()
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return wrongUse(error, context)
    return reportFailure(error, context)
  }
}

/** Help that was asked for, or wrong use, which Commander has explained on stderr already. */
function wrongUse({ code, exitCode, message }: CommanderError, context: CommandContext): number {
  if (exitCode === 0) return 0
  const reason = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '')
  context.result({ error: { code: 'USAGE', message: reason, details: { reason } } })
  return 2
}

/** Rules for all: wrong use throws instead of exiting, and every help page shows the flags that all share. */
function inherit(command: Command): void {
  command.exitOverride().configureHelp({ showGlobalOptions: true })
  for (const child of command.commands) inherit(child)
}
