import { type Command, Option } from 'commander'
import { type CommandContext, flag } from '../command.ts'
import { ENGINES, type EngineName } from '../local/local-topology.ts'
import type { LiveFlags } from './commands/live.ts'
import { FAULTS } from './faults/index.ts'
import type { CompareControlPlanes } from './run/region-differences.ts'

/** What the command line lends to this room: programs that it runs with Node, and what another room knows. */
export interface DrillSurroundings {
  readonly programs: { readonly antipode: string; readonly synth: string }
  readonly compareControlPlanes: CompareControlPlanes
}

export interface DrillFlags {
  readonly engine?: EngineName
  readonly topology?: string
  readonly dataDir?: string
  readonly reports: string
}

export interface FaultFlags {
  readonly parts?: string
  readonly lease: string
  readonly dataDir?: string
}

/** `drill` and `fault`. Their work is loaded when one of them runs. */
export function addDrillCommands(program: Command, context: CommandContext, surroundings: DrillSurroundings): void {
  const dataDir = () => flag('--data-dir <directory>', 'the data directory of the `up` that is meant')
  const topology = () => flag('--topology <file>', 'instead of the topology that the drill names')

  const drill = program
    .command('drill')
    .summary('rehearse a loss, and measure what was promised')
    .description(
      'Compiles a drill, brings its topology up where none runs, does the damage, plays the operator, measures, ' +
        'undoes everything and reports. Exit code 0: PASS, 1: FAIL or ABORTED, 2: the drill is wrong, 3: INCONCLUSIVE.',
    )
    .argument('<spec>', 'a drill file, such as drills/lose-primary.yaml')
    .addOption(topology())
    .addOption(dataDir())
    .addOption(flag('--reports <directory>', 'where reports go').default('drills/reports'))
    .addOption(
      flag('--engine <engine>', 'what a topology that it brings up runs in')
        .choices(ENGINES)
        .default(undefined, 'local, or what runs already'),
    )
    // These by no variable: what is deployed is drilled because somebody says so, there and then.
    .addOption(new Option('--live', 'against what is deployed on AWS, where the file says mode: live'))
    .addOption(flag('--until <time>', 'live: when it is over at the latest, such as 30m or 2026-11-22T12:30Z'))
    .addOption(flag('--undo-role <arn>', 'live: the role with which AWS undoes what a dead drill cannot'))
    .addOption(flag('--operator <directory>', 'live: the identity that `antipode credentials --operator` wrote'))
    .addOption(flag('--outputs <file>', "live: `terraform output -json` of the GSLB's stack, kept beforehand"))
    .addOption(flag('--name-server <address>', "live: asked in place of the zone's own name servers"))
    .addOption(new Option('--yes', 'live: begin; without it, what would be touched is printed'))
    .addHelpText('after', '\nExample:\n  antipode drill drills/lose-primary.yaml')
    .action(async (spec: string, flags: LiveFlags) => {
      const { runDrillCommand } = await import('./commands/run.ts')
      process.exitCode = await runDrillCommand(spec, flags, context, surroundings)
    })

  drill
    .command('all')
    .summary('every drill of a folder, one after the other')
    .description(
      'Runs every drill of a folder, each on a topology of its own, and says what came of each. Exit code: the worst, 1 ' +
        'before 3 before 2 before 0; a drill that this machine cannot run counts as 2.',
    )
    .argument('<folder>', 'a folder of drill files')
    .addOption(flag('--page <file>', 'write a Markdown page with every claim and what was measured'))
    .addHelpText('after', '\nExample:\n  antipode drill all drills --page docs/drills-library.md')
    .action(async (folder: string, _: unknown, command: Command) => {
      const { allCommand } = await import('./commands/all.ts')
      const flags = command.optsWithGlobals<DrillFlags & { page?: string }>()
      process.exitCode = await allCommand(folder, flags, context, surroundings)
    })

  drill
    .command('predict')
    .summary('what arithmetic says, without running anything')
    .description('Compiles a drill and prints its blast radius and the bounds of every objective.')
    .argument('<spec>', 'a drill file')
    .addOption(topology())
    .addHelpText('after', '\nExample:\n  antipode drill predict drills/lose-primary.yaml')
    .action(async (spec: string, _: unknown, command: Command) => {
      const { predictCommand } = await import('./commands/predict.ts')
      await predictCommand(spec, command.optsWithGlobals<{ topology?: string }>().topology, context)
    })

  drill
    .command('heal')
    .summary('undo what a live drill that died has left')
    .description(
      'Takes back, newest first, everything that the journal of live drills on this machine holds open. AWS does so ' +
        'by itself once their leases are over.',
    )
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode drill heal')
    .action(async (_: unknown, command: Command) => {
      const { healLiveCommand } = await import('./commands/live.ts')
      process.exitCode = await healLiveCommand(command.optsWithGlobals<{ dataDir?: string }>().dataDir, context)
    })

  drill
    .command('report')
    .summary('show a report again, and render its files anew')
    .description(
      'Prints the verdict of a finished drill and renders its report files again from report.json; or, with --compare, ' +
        'puts it beside an earlier run.',
    )
    .argument('<folder>', 'a folder under drills/reports')
    .addOption(flag('--compare <folder>', 'an earlier run to put beside it'))
    .addHelpText('after', '\nExample:\n  antipode drill report drills/reports/2026-11-21T10-02-11')
    .action(async (folder: string, { compare }: { compare?: string }) => {
      const { compareCommand, reportCommand } = await import('./commands/report.ts')
      process.exitCode =
        compare === undefined ? await reportCommand(folder, context) : await compareCommand(folder, compare, context)
    })

  const fault = program
    .command('fault')
    .summary('one fault by hand, as drills use it')
    .description('Does one kind of damage to the running topology, with the journal and the lease of a drill.')
    .addHelpText('after', '\nExample:\n  antipode fault partition us-east-1 us-west-2\n  antipode fault heal')
  for (const { name, summary, usage, example } of Object.values(FAULTS)) {
    const command = fault
      .command(name)
      .summary(summary)
      .description(
        `${summary[0]!.toUpperCase()}${summary.slice(1)}, until \`antipode fault heal\` or the lease expires.`,
      )
      .argument('<targets...>', usage.replace(/ \[--parts.*/, ''))
      .addOption(flag('--lease <duration>', 'heals by itself after this').default('10m'))
      .addOption(dataDir())
      .addHelpText('after', `\nExample:\n  antipode ${example}`)
    if (usage.includes('--parts')) {
      command.addOption(flag('--parts <parts>', 'control-plane, data-plane, database, by commas (default: all)'))
    }
    command.action(async (targets: string[], flags: FaultFlags) => {
      const { faultCommand } = await import('./commands/fault.ts')
      await faultCommand(name, targets, flags, context)
    })
  }
  fault
    .command('heal')
    .summary('undo every fault that is still there')
    .description('Undoes, newest first, every fault of the journal that has not been undone, whoever did it.')
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode fault heal')
    .action(async (flags: { dataDir?: string }) => {
      const { healCommand } = await import('./commands/fault.ts')
      process.exitCode = await healCommand(flags.dataDir, context)
    })
}
