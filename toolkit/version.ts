import type { Command } from 'commander'
import { RUNTIME_VERSION } from '../runtime/model/runtime-version.ts'
import type { CommandContext } from './command.ts'

/** `version`, and `--version` as people expect. */
export function addVersionCommand(program: Command, context: CommandContext): void {
  program.version(RUNTIME_VERSION, '-V, --version', 'print the version')
  program
    .command('version')
    .summary('print the version')
    .description('Prints the versions of antipode and of the Node.js that runs it.')
    .addHelpText('after', '\nExample:\n  antipode version --json')
    .action(() => {
      context.result({ antipode: RUNTIME_VERSION, node: process.versions.node, platform: process.platform })
      context.say(`antipode ${RUNTIME_VERSION} on Node.js ${process.versions.node}`)
    })
}
