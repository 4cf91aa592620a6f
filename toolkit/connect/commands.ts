import { Argument, type Command } from 'commander'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { type CommandContext, flag, wholeNumber } from '../command.ts'
import { PLATFORMS, type PlatformName } from './platforms/index.ts'

export interface ConnectFlags {
  readonly server: string
  readonly adminKey?: string
  readonly with: 'certificate' | 'token'
  readonly group?: string
  readonly region?: string
  readonly account?: string
  readonly days?: number
  readonly controlPlane?: string
  readonly image: string
  readonly name: string
  readonly out: string
}

/** `connect`: everything a new data plane needs. */
export function addConnectCommand(program: Command, context: CommandContext): void {
  const platforms = Object.entries(PLATFORMS)
  program
    .command('connect')
    .summary('issue and write everything a new data plane needs')
    .description(
      'Has a control plane issue a certificate or a token, writes it to a folder with a config.yaml, and prints what ' +
        `to type then. Needs an administrator's key.\n\n${platforms.map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`).join('\n')}`,
    )
    .addArgument(new Argument('<platform>', 'where it is to run').choices(Object.keys(PLATFORMS)))
    .addOption(flag('--server <url>', "the control plane's Admin API").default('http://127.0.0.1:9180'))
    .addOption(flag('--admin-key <key>', "an administrator's key of it"))
    .addOption(
      flag('--with <form>', 'what it identifies itself with').choices(['certificate', 'token']).default('certificate'),
    )
    .addOption(flag('--group <name>', "its gateway group; the control plane's own if none is named"))
    .addOption(flag('--region <name>', "its region; the control plane's own if none is named"))
    .addOption(flag('--account <name>', 'the account it belongs to, in a token'))
    .addOption(
      flag('--days <number>', 'how long it is good; 395 if nothing is said').argParser(wholeNumber('--days', 1, 3650)),
    )
    .addOption(
      flag('--control-plane <urls>', 'where it calls, own region first, instead of what the control plane says'),
    )
    .addOption(flag('--image <name>', 'the container image').default(`antipode:${RUNTIME_VERSION}`))
    .addOption(flag('--name <name>', 'what it is called there').default('antipode-data-plane'))
    .addOption(flag('--out <folder>', 'where the files go').default('data-plane'))
    .addHelpText('after', '\nExample:\n  antipode connect docker --server https://admin.example:9180 --out edge-1')
    .action(async (platform: PlatformName, flags: ConnectFlags) => {
      const { connect } = await import('./connect.ts')
      await connect(platform, flags, context)
    })
}
