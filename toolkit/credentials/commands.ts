import type { Command } from 'commander'
import type { CertificateIssuer } from '../certificate-issuer.ts'
import { type CommandContext, flag } from '../command.ts'

/** What the command line lends to this room, which may not import the rooms it comes from. */
export interface CredentialParts {
  readonly issuer: () => Promise<CertificateIssuer>
  /** The program that synthesises stacks. */
  readonly synth: string
}

export interface CredentialFlags {
  readonly yes?: boolean
  readonly operator?: string
}

/** `credentials`: fills what a deployment's foundation stacks leave empty, and renews what is running out. */
export function addCredentialsCommand(program: Command, context: CommandContext, parts: CredentialParts): void {
  program
    .command('credentials')
    .summary("fill a deployment's secrets, and renew its certificates")
    .description(
      'Issues the certificates and the Admin API key of a deployment on AWS and puts them into the secrets that its ' +
        'foundation stacks made. What is good is kept, so it can be run again at any time. Prints what it would do; ' +
        'with --yes it does it.',
    )
    .argument('<topology>', 'a .ts, .js, .yaml or .json file')
    .addOption(flag('--yes', 'carry it out'))
    .addOption(flag('--operator <directory>', "write an operator's certificate, key and authority here as well"))
    .addHelpText('after', '\nExample:\n  antipode credentials stacks/examples/active-passive.ts --yes')
    .action(async (topology: string, flags: CredentialFlags) => {
      const { fillCredentials } = await import('./fill-credentials.ts')
      await fillCredentials(topology, flags, context, parts)
    })
}
