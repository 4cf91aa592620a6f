import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'

/** `version`, and `--version` as people expect. */
export function addVersionCommand(program: Command, context: CommandContext): void {
  program.version(packageVersion(), '-V, --version', 'print the version')
  program
    .command('version')
    .summary('print the version')
    .description('Prints the versions of antipode and of the Node.js that runs it.')
    .addHelpText('after', '\nExample:\n  antipode version --json')
    .action(() => {
      context.result({ antipode: packageVersion(), node: process.versions.node, platform: process.platform })
      context.say(`antipode ${packageVersion()} on Node.js ${process.versions.node}`)
    })
}

/** From the package's own file: one folder up in a checkout, two in a built package. */
export function packageVersion(): string {
  const file = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url)).find(existsSync)
  if (!file) throw new Error('package.json is missing')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
