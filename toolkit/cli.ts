#!/usr/bin/env node
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { type CommandContext, createCommandContext, flag, reportFailure } from './command.ts'
import { addCompletionCommand } from './completion.ts'
import { addCredentialsCommand } from './credentials/commands.ts'
import { addDrillCommands } from './drill/commands.ts'
import { addFailoverCommands } from './failover/commands.ts'
import { addLocalCommands } from './local/commands.ts'
import { addRuntimeCommand } from './runtime-process.ts'
import { addSynthCommand } from './synth.ts'
import { addVersionCommand } from './version.ts'

/**
 * The command `antipode`: the one place that joins rooms. Only descriptions are loaded to begin with; what a command
 * does is loaded when it runs.
 */
const extension = extname(import.meta.url)
const programs = {
  antipode: fileURLToPath(import.meta.url),
  synth: fileURLToPath(new URL(`../stacks/main${extension}`, import.meta.url)),
}

const issuer = async () => import('../runtime/control-plane/pki/authority.ts')

const GRACE_MILLISECONDS = 500

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

const antipode = new Command('antipode')
const context = createCommandContext(() => antipode.opts<{ json?: boolean }>().json === true, interruption.signal)
process.exitCode = await run(antipode, context)
// A command that has ended, or failed half way, may have left something open that would keep the process for ever.
setTimeout(() => process.exit(), GRACE_MILLISECONDS).unref()

async function run(program: Command, context: CommandContext): Promise<number> {
  try {
    assemble(program, context)
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

function assemble(program: Command, context: CommandContext): void {
  program
    .description('Runs, operates and rehearses the loss of regions of a multi-region API gateway.')
    .addOption(flag('--json', 'print one machine-readable result on stdout, and nothing else there'))
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExample:\n  antipode up stacks/examples/active-passive.ts')
    .exitOverride()
    .showSuggestionAfterError()
  addLocalCommands(program, context, {
    issuer,
    programs,
  })
  addFailoverCommands(program, context)
  addDrillCommands(program, context, { programs })
  addRuntimeCommand(program, context, 'control-plane', async () => {
    const { runControlPlane } = await import('../runtime/control-plane/main.ts')
    return runControlPlane
  })
  addRuntimeCommand(program, context, 'data-plane', async () => {
    const { runDataPlane } = await import('../runtime/data-plane/main.ts')
    return runDataPlane
  })
  addSynthCommand(program, context, {
    program: programs.synth,
    check: async () => import('./offline/check-stacks.ts'),
  })
  addCredentialsCommand(program, context, { issuer, synth: programs.synth })
  addCompletionCommand(program, context)
  addVersionCommand(program, context)
  for (const command of program.commands) inherit(command)
}

/** Rules for all: wrong use throws instead of exiting, and every help page shows the flags that all share. */
function inherit(command: Command): void {
  command.exitOverride().configureHelp({ showGlobalOptions: true })
  for (const child of command.commands) inherit(child)
}
