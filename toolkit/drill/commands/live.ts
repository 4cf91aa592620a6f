import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { CommandContext } from '../../command.ts'
import { regionOf } from '../../failover/aws/aws-procedure.ts'
import { type Deployed, readDeployed } from '../../failover/aws/deployed.ts'
import { openControlPlanes } from '../../failover/aws/deployed-parts.ts'
import type { FailoverRegion } from '../../failover/failover-driver.ts'
import type { DrillFlags } from '../commands.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import type { LoadedDrill } from '../compile/load-drill.ts'
import { AwsApi } from '../live/aws-api.ts'
import type { OperatedRegions } from '../live/control-plane-watch.ts'
import { DEPLOYED_REACH } from '../live/deployed-gateways.ts'
import { liveJournalFile, liveJournalOf, undoAllLive } from '../live/live-carrier.ts'
import { planLive } from '../live/run-live.ts'
import { renderConsole } from '../report/console-table.ts'
import { lockTopology } from '../run/runner-lock.ts'
import { createTranscript } from '../run/transcript.ts'
import { EXIT_CODES } from '../verdict/judge.ts'

export interface LiveFlags extends DrillFlags {
  readonly live?: boolean
  readonly until?: string
  readonly undoRole?: string
  readonly nameServer?: string
  /** A folder with `operator.crt`, `operator.key` and `ca.crt`. */
  readonly operator?: string
  readonly outputs?: string
  readonly yes?: boolean
}

/** `drill <spec> --live`: without `--yes` it says what would be touched, and touches nothing. */
export async function liveCommand(
  { drill, topologyFile }: LoadedDrill,
  command: string,
  flags: LiveFlags,
  context: CommandContext,
  synth: string,
): Promise<number> {
  if (drill.spec.mode !== 'live') {
    const reason = `--live is for a drill whose file says mode: live; ${drill.spec.name} says ${drill.spec.mode}`
    throw new AntipodeError('USAGE', { reason })
  }
  if (flags.engine) throw new AntipodeError('USAGE', { reason: '--engine is for rehearsals; --live runs on AWS' })
  const operator = flags.operator ? await openControlPlanes(resolve(context.cwd, flags.operator)) : undefined
  try {
    const { outputs } = flags
    const source = { topology: resolve(context.cwd, topologyFile), ...(outputs !== undefined && { outputs }) }
    const operated = operator && { client: operator, regions: regionsOf(await readDeployed(source, context, synth)) }
    return await planAndRun(drill, command, flags, context, operated)
  } finally {
    await operator?.close()
  }
}

async function planAndRun(
  drill: CompiledDrill,
  command: string,
  flags: LiveFlags,
  context: CommandContext,
  operated: OperatedRegions | undefined,
): Promise<number> {
  const transcript = createTranscript(context.progress, context.color)
  const { plan, blastRadius, run } = await planLive({
    ...{ drill, operated, until: flags.until, undoRole: flags.undoRole, transcript, command },
    ...{ cwd: context.cwd, dataDir: dataDirOf(flags.dataDir, context), signal: context.signal },
    reports: resolve(context.cwd, flags.reports),
    reach: { ...DEPLOYED_REACH, nameServer: readServer(flags.nameServer) },
  })
  const title = `${drill.topology.name} · ${drill.spec.name} · LIVE`
  if (!flags.yes) {
    context.say([title, '', ...blastRadius.map((line) => `  ${line}`), '', 'Run it: add --yes'].join('\n'))
    const { until, lease } = plan
    context.result({ drill: drill.spec.name, done: false, blastRadius, until, leaseSeconds: lease.seconds })
    return 0
  }
  transcript.title(title)
  for (const line of blastRadius) transcript.line(line)
  transcript.line('')
  const { report, file } = await run()
  context.say(renderConsole(report, file, context.color))
  context.result({ ...report, file })
  return EXIT_CODES[report.verdict]
}

function regionsOf(deployed: Deployed): FailoverRegion[] {
  return Object.keys(deployed.control_planes).map((region) => regionOf(deployed, region))
}

/** `drill heal`: 0 when everything is taken back, 1 when something could not be. */
export async function healLiveCommand(dataDir: string | undefined, context: CommandContext): Promise<number> {
  const directory = dataDirOf(dataDir, context)
  const file = liveJournalFile(directory)
  if (!existsSync(file)) {
    context.say(`nothing to take back: there is no ${file}`)
    context.result({ undone: [] })
    return 0
  }
  const unlock = lockTopology(directory, 'heal')
  try {
    const undone = await undoAllLive(liveJournalOf(directory), new AwsApi(), 'command `drill heal`')
    for (const { what, failure } of undone) {
      context.say(failure === null ? `taken back: ${what}` : `not taken back: ${what}: ${failure}`)
    }
    if (undone.length === 0) context.say(`nothing to take back in ${file}`)
    context.result({ undone })
    return undone.every(({ failure }) => failure === null) ? 0 : 1
  } finally {
    unlock()
  }
}

function dataDirOf(flag: string | undefined, { cwd }: CommandContext): string {
  return resolve(cwd, flag ?? '.antipode')
}

function readServer(text: string | undefined): { address: string; port: number } | undefined {
  if (text === undefined) return undefined
  const [, address, port = '53'] = /^([\d.]+)(?::(\d+))?$/.exec(text) ?? []
  if (address !== undefined) return { address, port: Number(port) }
  throw new AntipodeError('USAGE', { reason: `--name-server is an IPv4 address, or address:port, not '${text}'` })
}
