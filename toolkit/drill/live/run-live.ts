import { mkdirSync } from 'node:fs'
import { relative } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { Duration, minutes } from '../../../topology/index.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import { predict } from '../compile/predict.ts'
import { anchorClocks, monotonicNow, toWall } from '../measure/monotonic.ts'
import { assembleReport } from '../report/assemble-report.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { earlierReports, makeReportFolder, writeCalls, writeReport } from '../report/report-folder.ts'
import { environmentOf } from '../run/environment.ts'
import { lockTopology } from '../run/runner-lock.ts'
import { DrillAborted } from '../run/safety-watch.ts'
import type { Transcript } from '../run/transcript.ts'
import { windowOf } from '../verdict/expectations.ts'
import { judge } from '../verdict/judge.ts'
import { aimFaults } from './aim.ts'
import { AwsApi } from './aws-api.ts'
import type { OperatedRegions } from './control-plane-watch.ts'
import { DEPLOYED_REACH, findGateways, type Reach } from './deployed-gateways.ts'
import { readExpiry } from './expiry.ts'
import { type LivePlan, liveBlastRadius } from './live-blast-radius.ts'
import { LiveCarrier, liveJournalOf } from './live-carrier.ts'
import { LiveRun } from './live-run.ts'
import { LiveStage } from './live-stage.ts'

/** EventBridge Scheduler keeps time to the minute, so that a shorter lease would be no lease. */
const LEAST_LEASE = minutes(2)
/** What a drill takes beside what arithmetic bounds: to begin, and for all to be as it was. */
const BESIDE = minutes(3)

export interface LiveDrill {
  readonly drill: CompiledDrill
  /** `--until`, as it was typed. */
  readonly until: string | undefined
  /** `--undo-role`: ARN of a role that EventBridge Scheduler may take. */
  readonly undoRole: string | undefined
  readonly transcript: Transcript
  readonly cwd: string
  /** Holds the journal and the lock. */
  readonly dataDir: string
  /** Folder of all reports. */
  readonly reports: string
  /** The command as it was typed. */
  readonly command: string
  readonly signal: AbortSignal
  /** How control planes are reached, for faults that only they can see. @default they are not asked */
  readonly operated?: OperatedRegions | undefined
  /** @default that of what is deployed */
  readonly reach?: Reach
  /** How long after it was last heard a drill counts as dead. @default the drill's own, and 2 m at the least */
  readonly lease?: Duration
}

/** A live drill that may begin: everything has been looked up, and nothing touched. */
export interface PlannedLiveDrill {
  readonly plan: LivePlan
  /** A line each. */
  readonly blastRadius: readonly string[]
  run(): Promise<{ readonly report: DrillReport; readonly file: string }>
}

/**
 * Looks up what a drill would touch.
 *
 * @throws AntipodeError USAGE without an expiry or a role; DRILL_NOT_STARTED where what is deployed is not as the topology
 *   says; DRIVER_FAILED where AWS does not answer
 */
export async function planLive(live: LiveDrill): Promise<PlannedLiveDrill> {
  const { drill, undoRole: role, reach = DEPLOYED_REACH } = live
  const until = readExpiry(live.until, longest(drill), new Date())
  if (role === undefined || !/^arn:[\w-]+:iam::\d{12}:role\/.+/.test(role)) {
    const received = role === undefined ? '' : `, not '${role}'`
    const reason = `--live needs --undo-role: the ARN of a role that EventBridge Scheduler takes to undo what a dead drill cannot${received}`
    throw new AntipodeError('USAGE', { reason })
  }
  const between = drill.faults.some(({ fault }) => fault.name === 'partition')
  if (between && !live.operated) {
    const reason = 'whether regions are apart, only their control planes know: --live needs --operator for a partition'
    throw new AntipodeError('USAGE', { reason })
  }
  const api = new AwsApi()
  const [host, aimed] = await Promise.all([findGateways(drill.topology, reach), aimFaults(drill, api)])
  const plan: LivePlan = { drill, host, aimed, until, role, lease: live.lease ?? leaseOf(drill) }
  const blastRadius = liveBlastRadius(plan)
  return { plan, blastRadius, run: () => runLive(live, plan, blastRadius, api, reach.port) }
}

async function runLive(
  live: LiveDrill,
  { drill, host, aimed, lease, until, role }: LivePlan,
  blastRadius: readonly string[],
  api: AwsApi,
  port: number,
) {
  const { transcript, cwd, dataDir, reports, command } = live
  const began = monotonicNow()
  const anchor = anchorClocks()
  mkdirSync(dataDir, { recursive: true })
  const unlock = lockTopology(dataDir, drill.spec.name)
  const end = new AbortController()
  const ending = setTimeout(
    () => end.abort(new DrillAborted(`its time was over (--until ${live.until})`)),
    until.getTime() - Date.now(),
  )
  try {
    const journal = liveJournalOf(dataDir)
    if (journal.open().length > 0) {
      const reason = 'an earlier live drill has left something: `antipode drill heal` takes it back'
      throw new AntipodeError('DRILL_NOT_STARTED', { reason })
    }
    const folder = await makeReportFolder(reports, new Date())
    const stage = new LiveStage(drill, host, port)
    const overtaken = new DrillAborted('AWS heard nothing of this drill for a whole lease, and has undone it')
    const carrier = new LiveCarrier({
      ...{ api, journal, topology: drill.topology.name, role, lease, until },
      onOvertaken: () => end.abort(overtaken),
    })
    const signal = AbortSignal.any([live.signal, end.signal])
    const evidence = await new LiveRun({
      drill,
      stage,
      carrier,
      aimed,
      operated: live.operated,
      transcript,
      signal,
    }).run()
    const report = assembleReport(evidence, judge(evidence), {
      ...{ started: toWall(anchor, evidence.began), took: (monotonicNow() - began) / 1_000, journal: carrier.lines },
      environment: await environmentOf(command, cwd),
      earlier: await earlierReports(reports, drill.spec.name, 5),
    })
    await writeCalls(folder, evidence.seen.calls, evidence.began)
    const file = await writeReport(folder, { ...report, blastRadius }, drill.spec.report)
    return { report: { ...report, blastRadius }, file: relative(cwd, file) }
  } finally {
    clearTimeout(ending)
    unlock()
  }
}

function leaseOf({ faults }: CompiledDrill): Duration {
  return new Duration(Math.max(LEAST_LEASE.milliseconds, ...faults.map(({ lease }) => lease.milliseconds)))
}

/** What a drill takes by arithmetic. */
function longest(drill: CompiledDrill): Duration {
  const { rto, detect } = predict(drill)
  const proofs = drill.faults.reduce((sum, { prove }) => sum + prove.within.milliseconds, 0)
  const { recover, expect } = drill.spec
  const waits = recover.hold.milliseconds + 2 * windowOf(expect)
  // Getting well takes a check as long as getting ill.
  return new Duration(proofs + rto.milliseconds + waits + (detect?.milliseconds ?? 0) + BESIDE.milliseconds)
}
