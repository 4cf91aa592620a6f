import type { Command } from 'commander'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { type CommandContext, flag, wholeNumber } from '../command.ts'
import type { ProcedureKind } from './aws/aws-procedure.ts'
import type { AwsFlags } from './aws/run-on-aws.ts'
import type { FailoverDriver } from './failover-driver.ts'
import type { LocalDriver } from './local-driver.ts'
import type { ProcedureResult } from './procedure.ts'

interface ProcedureFlags extends AwsFlags {
  readonly engine: 'local' | 'docker' | 'aws'
  readonly fence?: boolean
}

interface SoloFlags {
  readonly region: string
  readonly yes?: boolean
  readonly peerIsDestroyed?: boolean
  readonly dataDir?: string
}

interface HoldFlags {
  readonly region: string
  readonly yes?: boolean
  readonly lift?: boolean
  readonly dataDir?: string
}

/** What the command line lends to this room, which may not import the rooms it comes from. */
export interface FailoverParts {
  /** The program that synthesises stacks. */
  readonly synth: string
}

/** `switchover`, `failover`, `failback`, `solo`, `hold` and `upgrade-database`: without `--yes` they print their plan and touch nothing. */
export function addFailoverCommands(program: Command, context: CommandContext, parts: FailoverParts): void {
  const dataDir = () => flag('--data-dir <directory>', 'the data directory of the `up` that is meant')
  const yes = () => flag('--yes', 'carry it out; without it the plan is printed')
  const to = () => flag('--to <region>', 'the region that is to write').makeOptionMandatory()

  const onAws = async (kind: ProcedureKind, flags: ProcedureFlags): Promise<boolean> => {
    if (flags.engine !== 'aws') return false
    if (flags.fence) {
      throw new AntipodeError('USAGE', {
        reason: 'AWS stops no writer that replicates, so that --fence can prove nothing',
      })
    }
    const { runOnAws } = await import('./aws/run-on-aws.ts')
    await runOnAws(kind, flags, context, parts.synth)
    return true
  }

  const switchoverCommand = program
    .command('switchover')
    .summary('move the right to write, planned and lossless')
    .description('Moves the right to write to a standby that has everything. Nothing is lost and no call fails.')
    .addOption(to())
    .addOption(yes())
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode switchover --to us-west-2 --yes')
    .action(async (flags: ProcedureFlags) => {
      if (await onAws('switchover', flags)) return
      const { switchover } = await import('./switchover.ts')
      await carryOut(context, flags, (driver, progress) => switchover(driver, optionsOf(flags), progress))
    })

  const failoverCommand = program
    .command('failover')
    .summary('move the right to write while the old writer is gone')
    .description(
      'Promotes a standby while the old writer is dead, stopped or out of reach. It waits until the lease of the old ' +
        'writer is over; with --fence it ends the old writer instead, where that can be proved.',
    )
    .addOption(to())
    .addOption(yes())
    .addOption(flag('--allow-data-loss', 'go on where acknowledged writes may be lost'))
    .addOption(flag('--fence', "end the old writer's processes first, and do not wait for its lease"))
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode failover --to us-west-2 --yes')
    .action(async (flags: ProcedureFlags) => {
      if (await onAws('failover', flags)) return
      const { failover } = await import('./failover.ts')
      const options = { ...optionsOf(flags), fence: flags.fence === true }
      await carryOut(context, flags, (driver, progress) => failover(driver, options, progress))
    })

  const failbackCommand = program
    .command('failback')
    .summary('bring a lost region back and let it write again')
    .description(
      'Starts the dead processes of a region, keeps what only its old database holds, rebuilds that database from ' +
        "the writer's, waits until both are equal, and switches over.",
    )
    .addOption(to())
    .addOption(yes())
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode failback --to us-east-1 --yes')
    .action(async (flags: ProcedureFlags) => {
      if (await onAws('failback', flags)) return
      const { failback } = await import('./failback.ts')
      await carryOut(context, flags, (driver, progress) => failback(driver, optionsOf(flags), progress))
    })

  addUpgradeCommand(program, context)
  for (const command of [switchoverCommand, failoverCommand, failbackCommand]) addAwsOptions(command)

  program
    .command('solo')
    .summary('let the writer go on alone while its standby is down')
    .description(
      'Lets the writer acknowledge writes without a confirming standby. The standby is held first, so that nobody ' +
        'promotes it while it misses writes.',
    )
    .addOption(flag('--region <region>', 'the region that writes on').makeOptionMandatory())
    .addOption(yes())
    .addOption(flag('--peer-is-destroyed', 'the other region and its data are gone for good'))
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode solo --region us-east-1 --yes')
    .action(async (flags: SoloFlags) => {
      const { solo } = await import('./solo.ts')
      const options = {
        ...{ region: flags.region, yes: flags.yes === true, peerIsDestroyed: flags.peerIsDestroyed === true },
      }
      await carryOut(context, flags, (driver, progress) => solo(driver, options, progress))
    })

  program
    .command('hold')
    .summary('keep a region from taking over')
    .description(
      'Keeps a region from taking over: by itself, or by failover without --allow-data-loss. A hold outlasts restarts.',
    )
    .addOption(flag('--region <region>', 'the region that is held').makeOptionMandatory())
    .addOption(flag('--lift', 'end the hold'))
    .addOption(yes())
    .addOption(dataDir())
    .addHelpText('after', '\nExample:\n  antipode hold --region us-west-2 --yes')
    .action(async (flags: HoldFlags) => {
      const { hold } = await import('./hold.ts')
      const options = { region: flags.region, yes: flags.yes === true, lift: flags.lift === true }
      await carryOut(context, flags, (driver, progress) => hold(driver, options, progress))
    })
}

/** `upgrade-database`, on this machine. */
function addUpgradeCommand(program: Command, context: CommandContext): void {
  program
    .command('upgrade-database')
    .summary("bring both regions' databases to another major of PostgreSQL")
    .description(
      'Builds a database of the new major beside the standby, subscribed to the writer, has it take the place of the ' +
        "standby's, switches over to it, and does the same in the other region. Calls are served throughout, and no " +
        'write is lost. Only where the topology replicates logically.',
    )
    .addOption(
      flag('--to <major>', 'the major that both are to have')
        .makeOptionMandatory()
        .argParser(wholeNumber('--to', 1, 99)),
    )
    .addOption(flag('--yes', 'carry it out; without it the plan is printed'))
    .addOption(flag('--data-dir <directory>', 'the data directory of the `up` that is meant'))
    .addHelpText('after', '\nExample:\n  antipode upgrade-database --to 18 --yes')
    .action(async (flags: { readonly to: number; readonly yes?: boolean; readonly dataDir?: string }) => {
      const { upgradeDatabase } = await import('./upgrade-database.ts')
      const driver = await openLocalDriver(context, flags.dataDir)
      const options = { to: flags.to, yes: flags.yes === true }
      const result = await upgradeDatabase(driver, options, (line) => context.progress(`  ${line}`))
      context.result(result)
      const { done, plan, writer, epoch } = result
      context.say(
        done
          ? `both databases are PostgreSQL ${flags.to}; ${writer} writes in epoch ${epoch}`
          : `would: ${plan.steps.join(', ')}\nexpected: ${plan.expected}   Run it: add --yes`,
      )
    })
}

/** Of what is deployed on AWS; a topology on this machine is found by its data directory. */
function addAwsOptions(command: Command): void {
  command
    .addOption(
      flag('--engine <engine>', 'where the regions run: in whatever `up` started them, or on aws')
        .choices(['local', 'docker', 'aws'])
        .default('local'),
    )
    .addOption(flag('--topology <file>', 'on aws: what was deployed, to read names from'))
    .addOption(flag('--outputs <file>', "on aws: `terraform output -json` of the GSLB's stack, kept beforehand"))
    .addOption(flag('--operator <directory>', 'on aws: the identity that `antipode credentials --operator` wrote'))
    .addOption(flag('--leave-callers', 'on aws: throw no switch, so that callers stay where they are'))
    .addOption(
      flag('--override-safety-rule <arn...>', 'on aws: rules of routing controls that must not stand in the way'),
    )
}

function optionsOf(flags: ProcedureFlags) {
  return { to: flags.to, yes: flags.yes === true, allowDataLoss: flags.allowDataLoss === true }
}

async function carryOut(
  context: CommandContext,
  flags: { readonly dataDir?: string },
  procedure: (driver: FailoverDriver, progress: (line: string) => void) => Promise<ProcedureResult>,
): Promise<void> {
  const driver = await openLocalDriver(context, flags.dataDir)
  const result = await procedure(driver, (line) => context.progress(`  ${line}`))
  context.result(result)
  context.say(describe(result))
}

async function openLocalDriver(context: CommandContext, dataDir: string | undefined): Promise<LocalDriver> {
  const { connectLocal } = await import('../local/local-client.ts')
  const { LocalDriver } = await import('./local-driver.ts')
  return new LocalDriver(connectLocal({ cwd: context.cwd, dataDir }))
}

function describe(result: ProcedureResult): string {
  const { plan } = result
  if (!result.done) {
    const loss = plan.needsAllowDataLoss
      ? `\nmay lose: at most ${plan.lostAtMost.seconds} s of acknowledged writes (${plan.needsAllowDataLoss})`
      : ''
    const flags = plan.needsAllowDataLoss ? '--yes --allow-data-loss' : '--yes'
    return `would: ${plan.steps.join(', ')}\nexpected: ${plan.expected}${loss}   Run it: add ${flags}`
  }
  if (result.procedure === 'hold') return `${result.to} is held${'lifted' in result.marks ? ' no more' : ''}`
  const lines = [`${result.to} writes in epoch ${result.epoch}`]
  if (result.frozenMilliseconds !== undefined) lines.push(`writes were frozen for ${result.frozenMilliseconds} ms`)
  if (result.inDoubt.length > 0) lines.push(`in doubt: ${result.inDoubt.length} writes; all of them are kept`)
  if (result.lost) lines.push(`lost: ${result.lost.length} acknowledged writes`)
  if (result.orphans) lines.push(`rows that only ${result.to} held: ${result.orphans}`)
  return lines.join('\n')
}
