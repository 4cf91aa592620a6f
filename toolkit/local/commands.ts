import type { Command } from 'commander'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CertificateIssuer } from '../certificate-issuer.ts'
import { type CommandContext, flag, wholeNumber } from '../command.ts'
import type { ControlPlaneSchema } from '../control-plane-schema.ts'
import type { LentImage } from './engine/open-engine.ts'
import { ENGINES, type EngineName, PREPARATIONS, type Preparation } from './local-topology.ts'

/** What the command line lends to this room, which may not import the rooms it comes from. */
export interface LocalSurroundings {
  readonly issuer: () => Promise<CertificateIssuer>
  readonly schema: () => Promise<ControlPlaneSchema>
  /** The programs that `up` runs with Node: this command line, and the synthesis of stacks. */
  readonly programs: { readonly antipode: string; readonly synth: string }
  /** The runtime's image: the one that is named, or one that is built where the engine does not hold it. */
  readonly image: (named: string | undefined, context: CommandContext) => Promise<LentImage>
}

export interface UpFlags {
  readonly detach?: boolean
  readonly dataDir?: string
  readonly adminKey?: string
  readonly config?: string
  readonly instances: number
  readonly supervise?: boolean
  readonly gslbPort: number
  readonly prepare: readonly Preparation[]
  readonly engine: EngineName
  readonly image?: string
}

/** `up`, `down`, `status`, `restart` and `doctor`. Their work is loaded when one of them runs. */
export function addLocalCommands(program: Command, context: CommandContext, surroundings: LocalSurroundings): void {
  const dataDir = () => flag('--data-dir <directory>', 'the data directory of the `up` that is meant')

  program
    .command('up')
    .summary('run a topology on this machine until interrupted')
    .description(
      'Runs every region of a topology as real processes, in the foreground, until interrupted: a control plane, a ' +
        'data plane and a PostgreSQL each, links between them, and a GSLB that answers DNS. With --engine docker they ' +
        "are containers of the image that is deployed. Without a topology: one region on APISIX's default ports.",
    )
    .argument('[topology]', 'a .ts, .js, .yaml or .json file')
    .addOption(flag('--detach', 'return when everything serves, and leave it running until `antipode down`'))
    .addOption(flag('--data-dir <directory>', 'keep databases, keys and logs here between runs'))
    .addOption(flag('--admin-key <key>', 'the key of the Admin APIs (default: random)'))
    .addOption(
      flag('--config <file>', "a config.yaml: its ports are the first region's, the rest is for every process"),
    )
    .addOption(
      flag('--instances <number>', 'data planes a region')
        .default(1)
        .argParser(wholeNumber('--instances', 1, 64)),
    )
    .addOption(flag('--supervise', 'start again whatever dies, so that no fault stays one'))
    .addOption(
      flag('--gslb-port <port>', 'where the GSLB answers DNS, 0 for any free port')
        .default(5300)
        .argParser(wholeNumber('--gslb-port', 0, 65_535)),
    )
    .addOption(
      flag('--prepare <list>', 'make ready what only some faults need: inner-links, bounded-disk')
        .default([])
        .argParser(readPreparations),
    )
    .addOption(
      flag('--engine <engine>', 'what the parts run in: processes of this machine, or containers')
        .choices(ENGINES)
        .default('local'),
    )
    .addOption(flag('--image <name>', "the runtime's image, with --engine docker").default(undefined, 'built here'))
    .addHelpText('after', '\nExample:\n  antipode up stacks/examples/active-passive.ts --data-dir .antipode/payments')
    .action(async (topology: string | undefined, flags: UpFlags) => {
      const { up } = await import('./commands/up.ts')
      await up(topology, flags, context, surroundings)
    })

  program
    .command('down')
    .summary('stop what `up` runs')
    .description('Stops a running `antipode up`, and everything that it started.')
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode down --data-dir .antipode/payments')
    .action(async (flags: { dataDir?: string }) => {
      const { down } = await import('./commands/down.ts')
      await down(flags.dataDir, context)
    })

  program
    .command('status')
    .summary('regions, roles, epochs, lag, lease, instances, GSLB')
    .description('Shows what every region of the running topology is and does.')
    .addOption(dataDir())
    .addOption(flag('--watch', 'show it again every second, until interrupted'))
    .addHelpText('after', '\nExample:\n  antipode status --watch')
    .action(async (flags: { dataDir?: string; watch?: boolean }) => {
      const { status } = await import('./commands/status.ts')
      await status(flags, context)
    })

  program
    .command('restart')
    .summary('start again what was killed')
    .description("Starts a region's dead processes again, as what they were, and returns when they serve.")
    .addOption(flag('--region <region>', 'the region').makeOptionMandatory())
    .addOption(
      flag('--process <part>', 'the part').choices(['control-plane', 'data-plane', 'database']).makeOptionMandatory(),
    )
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode restart --region us-east-1 --process control-plane')
    .action(
      async (flags: { region: string; process: 'control-plane' | 'data-plane' | 'database'; dataDir?: string }) => {
        const { restart } = await import('./commands/restart.ts')
        await restart(flags, context)
      },
    )

  program
    .command('doctor')
    .summary('check what this machine can run')
    .description('Checks Node.js, the embedded PostgreSQL, loopback addresses and the ports that `up` takes.')
    .addHelpText('after', '\nExample:\n  antipode doctor')
    .action(async () => {
      const { doctor } = await import('./commands/doctor.ts')
      await doctor(context)
    })
}

function readPreparations(list: string): Preparation[] {
  const names = list.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !PREPARATIONS.includes(name as Preparation))
  if (unknown.length === 0) return names as Preparation[]
  throw new AntipodeError('USAGE', {
    reason: `--prepare knows ${PREPARATIONS.join(' and ')}, not '${unknown.join(', ')}'`,
  })
}
