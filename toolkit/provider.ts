import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type CommandContext, flag } from './command.ts'

interface Installed {
  readonly mirror: string
  readonly folder: string
  readonly version: string
}

/** The Terraform provider, made ready for Terraform. */
export interface ProviderDistribution {
  readonly defaultMirror: () => string
  readonly installProvider: (mirror: string) => Promise<Installed>
}

/** `provider`: the Terraform provider of this package. */
export function addProviderCommands(
  program: Command,
  context: CommandContext,
  { distribution }: { readonly distribution: () => Promise<ProviderDistribution> },
): void {
  const provider = program
    .command('provider')
    .summary('the Terraform provider antipode/antipode')
    .addHelpText('after', '\nExample:\n  antipode provider install')

  provider
    .command('install')
    .summary('put it where Terraform finds it')
    .description(
      'Writes the Terraform provider for this machine into a filesystem mirror. In ~/.terraform.d/plugins, where it goes ' +
        'if nothing is said, Terraform looks by itself; another folder is named in the provider_installation of a CLI ' +
        'configuration file.',
    )
    .addOption(flag('--dir <folder>', 'the root of the mirror; ~/.terraform.d/plugins if none is named'))
    .addHelpText('after', '\nExample:\n  antipode provider install --dir /srv/terraform-mirror')
    .action(async ({ dir }: { readonly dir?: string }) => {
      const { defaultMirror, installProvider } = await distribution()
      const installed = await installProvider(dir === undefined ? defaultMirror() : resolve(context.cwd, dir))
      context.result(installed)
      context.say(`antipode/antipode ${installed.version} is in ${installed.folder}`)
      if (dir === undefined) return
      context.say('Terraform finds it with this in ~/.terraformrc, or in the file that TF_CLI_CONFIG_FILE names:')
      context.say(
        `  provider_installation {\n    filesystem_mirror {\n      path = ${JSON.stringify(installed.mirror)}\n    }\n  }`,
      )
    })
}
