import { addHealthCommand } from '../../toolkit/health.ts'
import { addKeyringCommands } from '../../toolkit/keyring.ts'
import { runProgram } from '../../toolkit/program.ts'
import { addRuntimeCommand } from '../../toolkit/runtime-process.ts'
import { addVersionCommand } from '../../toolkit/version.ts'

/** The program in the container image: the commands of `antipode` that run in a region, and nothing else of it. */
await runProgram('antipode', (program, context) => {
  program.description('Runs one process of a multi-region API gateway.')
  program.addHelpText('after', '\nExample:\n  antipode data-plane --config /etc/antipode/config.yaml')
  addRuntimeCommand(program, context, 'control-plane', async () => {
    const { runControlPlane } = await import('../control-plane/main.ts')
    return runControlPlane
  })
  addRuntimeCommand(program, context, 'data-plane', async () => {
    const { runDataPlane } = await import('../data-plane/main.ts')
    return runDataPlane
  })
  addKeyringCommands(program, context, { keyrings: async () => import('../control-plane/keyring/index.ts') })
  addHealthCommand(program, context)
  addVersionCommand(program, context)
})
