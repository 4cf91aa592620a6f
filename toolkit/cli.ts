#!/usr/bin/env node
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { addBackupCommands } from './backup.ts'
import type { CommandContext } from './command.ts'
import { addCompletionCommand } from './completion.ts'
import { addConnectCommand } from './connect/commands.ts'
import { addCostCommand } from './cost/commands.ts'
import { addCredentialsCommand } from './credentials/commands.ts'
import { addDeclarativeCommands } from './declarative/commands.ts'
import { addDrillCommands } from './drill/commands.ts'
import { addFailoverCommands } from './failover/commands.ts'
import { addHealthCommand } from './health.ts'
import { addImageCommands } from './image/commands.ts'
import { addKeyringCommands } from './keyring.ts'
import { addLocalCommands } from './local/commands.ts'
import { runProgram } from './program.ts'
import { addPromoteCommand } from './promote/commands.ts'
import { addProviderCommands } from './provider.ts'
import { addReviewCommand } from './review/commands.ts'
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
const compareControlPlanes = async (servers: string, token: string | undefined) => {
  return (await import('./declarative/compare-regions.ts')).compareRegions(servers, token)
}

/** Providers that stacks may use beside those of clouds, for checks where nothing of theirs runs. */
const others = [{ name: 'antipode', serve: async () => (await import('../provider/rehearsal.ts')).serveRehearsal() }]

await runProgram('antipode', assemble)

function assemble(program: Command, context: CommandContext): void {
  program
    .description('Runs, operates and rehearses the loss of regions of a multi-region API gateway.')
    .addHelpText('after', '\nExample:\n  antipode up stacks/examples/active-passive.ts')
  addLocalCommands(program, context, {
    issuer,
    schema: async () => import('../runtime/control-plane/database/migrations.ts'),
    programs,
    image: async (...wanted) => (await import('./image/provide-image.ts')).provideImage(...wanted),
  })
  addFailoverCommands(program, context, { synth: programs.synth })
  addDrillCommands(program, context, { programs, compareControlPlanes })
  addDeclarativeCommands(program, context, {
    findRunning: async (where) => (await import('./local/find-running.ts')).findRunningRegions(where),
  })
  addConnectCommand(program, context)
  addPromoteCommand(program, context)
  addRuntimeCommand(program, context, 'control-plane', async () => {
    const { runControlPlane } = await import('../runtime/control-plane/main.ts')
    return runControlPlane
  })
  addRuntimeCommand(program, context, 'data-plane', async () => {
    const { runDataPlane } = await import('../runtime/data-plane/main.ts')
    return runDataPlane
  })
  addBackupCommands(program, context, { databases: async () => import('../runtime/control-plane/backup/index.ts') })
  addKeyringCommands(program, context, { keyrings: async () => import('../runtime/control-plane/keyring/index.ts') })
  addProviderCommands(program, context, { room: async () => import('../provider/command-line.ts') })
  addHealthCommand(program, context)
  addImageCommands(program, context)
  addSynthCommand(program, context, {
    program: programs.synth,
    check: async () => {
      const { check } = await import('./offline/check-stacks.ts')
      return { check: (directory, options) => check(directory, { ...options, others }) }
    },
  })
  addReviewCommand(program, context, {
    program: programs.synth,
    rules: async () => (await import('./offline/rules/rule-book.ts')).openRuleBook(),
    planOffline: async (base, head, options) => {
      return (await import('./offline/plan-between.ts')).planBetween(base, head, { ...options, others })
    },
    compareControlPlanes,
  })
  addCredentialsCommand(program, context, { issuer, synth: programs.synth })
  addCostCommand(program, context, { program: programs.synth })
  addCompletionCommand(program, context)
  addVersionCommand(program, context)
}
