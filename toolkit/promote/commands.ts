import type { Command } from 'commander'
import { type CommandContext, flag } from '../command.ts'

export interface PromoteFlags {
  readonly server: string
  readonly adminKey?: string
  readonly from?: string
  readonly to: string
  readonly rollback?: string
  readonly force?: boolean
  readonly description?: string
  readonly yes?: boolean
}

/** `promote`: without `--yes` it prints what would change and touches nothing. */
export function addPromoteCommand(program: Command, context: CommandContext): void {
  program
    .command('promote')
    .summary('take a service from one gateway group to another')
    .description(
      'Makes a service of one gateway group, with its routes, upstreams and all that they refer to, what it is in ' +
        'another: as one revision, and with what stood there before kept, so that --rollback takes it back.',
    )
    .argument('[service]', 'its id; with --rollback none is named')
    .addOption(flag('--from <group>', 'the id of the gateway group that it comes from'))
    .addOption(flag('--to <group>', 'the id of the gateway group that it goes to').makeOptionMandatory())
    .addOption(flag('--rollback <promotion>', 'take a promotion to that group back, by its id'))
    .addOption(flag('--force', 'with --rollback: restore even what was changed since'))
    .addOption(flag('--description <text>', 'why, for the record'))
    .addOption(flag('--yes', 'carry it out; without it what would change is printed'))
    .addOption(flag('--server <url>', "the control plane's Admin API").default('http://127.0.0.1:9180'))
    .addOption(flag('--admin-key <key>', 'a key of it'))
    .addHelpText(
      'after',
      '\nExample:\n  antipode promote cart --from dev --to uat\n  antipode promote --rollback 7d0c… --to uat --yes',
    )
    .action(async (service: string | undefined, flags: PromoteFlags) => {
      const { promote } = await import('./promote.ts')
      await promote(service, flags, context)
    })
}
