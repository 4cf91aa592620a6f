import { execFile } from 'node:child_process'
import { cpus, platform, release } from 'node:os'
import { relative } from 'node:path'
import { promisify } from 'node:util'
import { blastRadius } from '../compile/blast-radius.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import { anchorClocks, monotonicNow, toWall } from '../measure/monotonic.ts'
import { assembleReport } from '../report/assemble-report.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { earlierReports, makeReportFolder, writeCalls, writeReport } from '../report/report-folder.ts'
import type { DrillEvidence } from '../verdict/evidence.ts'
import { judge } from '../verdict/judge.ts'
import { takeBaseline } from './aftermath.ts'
import { DrillRun } from './drill-run.ts'
import { FaultCarrier, journalOf } from './fault-carrier.ts'
import type { Operator } from './operator.ts'
import { Stage } from './stage.ts'
import { hashSynthesisedStacks } from './synthesised-stacks.ts'
import { openSession, type TopologySession } from './topology-session.ts'
import { seconds, type Transcript } from './transcript.ts'

export interface Rehearsal {
  readonly drill: CompiledDrill
  readonly topologyFile: string
  readonly programs: { readonly antipode: string; readonly synth: string }
  readonly operator: Operator
  readonly transcript: Transcript
  readonly cwd: string
  readonly dataDir: string | undefined
  /** Folder of all reports. */
  readonly reports: string
  /** The command as it was typed. */
  readonly command: string
  readonly signal: AbortSignal
}

export interface RehearsalResult {
  readonly report: DrillReport
  /** Path of what a person opens, relative to the working directory. */
  readonly file: string
}

/** Runs a drill on this machine, from a cold start where none runs, to the report. Leaves nothing running that it started. */
export async function rehearse(rehearsal: Rehearsal): Promise<RehearsalResult> {
  const { drill, transcript, cwd } = rehearsal
  const began = monotonicNow()
  const anchor = anchorClocks()
  transcript.title(
    `${drill.topology.name} · ${drill.faults.map(({ plan, fault }) => `${fault.name} ${targetsOf(drill, plan)}`).join(', ')} · rehearsal on this machine`,
  )
  for (const line of blastRadius(drill)) transcript.line(line)
  transcript.line('')

  const synth = () => hashSynthesisedStacks(rehearsal.programs.synth, rehearsal.topologyFile)
  const synthWanted = drill.spec.after.some(({ kind }) => kind === 'synth')
  const synthBefore = synthWanted ? synth() : Promise.resolve(null)
  synthBefore.catch(() => {})
  const session = await openSession({
    program: rehearsal.programs.antipode,
    topologyFile: rehearsal.topologyFile,
    topology: drill.topology.name,
    hash: drill.topologyHash,
    cwd,
    dataDir: rehearsal.dataDir,
    signal: rehearsal.signal,
  })
  const folder = await makeReportFolder(rehearsal.reports, new Date())
  let evidence: DrillEvidence
  let carrier: FaultCarrier
  try {
    ;({ evidence, carrier } = await play(rehearsal, session, synthBefore, synth, folder, began))
  } finally {
    await session.close()
  }
  const verdict = judge(evidence)
  const good = evidence.after.length > 0 && evidence.after.every(({ held }) => held)
  const left = session.own ? 'nothing left running' : 'what ran before still runs'
  if (good) transcript.step('after', `answers, hashes and synthesised stacks equal the baseline; ${left}`, '')
  const report = assembleReport(evidence, verdict, {
    started: toWall(anchor, evidence.began),
    took: (monotonicNow() - began) / 1_000,
    journal: carrier.journal.lines,
    environment: await environment(rehearsal),
    earlier: await earlierReports(rehearsal.reports, drill.spec.name, 5),
  })
  await writeCalls(folder, evidence.seen.calls, evidence.began)
  const file = await writeReport(folder, report, drill.spec.report)
  return { report, file: relative(cwd, file) }
}

/** Sets the stage, runs the drill on it and clears it away. */
async function play(
  { drill, transcript, operator, signal }: Rehearsal,
  { local, own }: TopologySession,
  synthBefore: Promise<string | null>,
  synth: () => Promise<string>,
  folder: string,
  began: number,
): Promise<{ evidence: DrillEvidence; carrier: FaultCarrier }> {
  const description = await local.describe()
  const streaming = description.regions.length
  transcript.step(
    own ? 'up' : 'attached',
    `${streaming} regions, ${streaming} databases${description.durability === 'confirmed' ? ' streaming' : ''}, GSLB on ${description.gslb?.dns ?? 'no address'}`,
    own ? seconds(monotonicNow() - began) : '',
  )
  const carrier = new FaultCarrier(local, journalOf(description.dataDir))
  const stage = new Stage(description, drill, folder)
  try {
    const baseline = await takeBaseline(local, description.regions, await synthBefore)
    const run = new DrillRun({
      drill,
      local,
      description,
      stage,
      carrier,
      operator,
      transcript,
      signal,
      synth,
      baseline,
      own,
    })
    return { evidence: await run.run(), carrier }
  } finally {
    await stage.close()
  }
}

function targetsOf(drill: CompiledDrill, plan: CompiledDrill['faults'][number]['plan']): string {
  const { fault } = drill.faults.find((candidate) => candidate.plan === plan)!
  const { regions, links } = fault.reach(plan)
  return [...regions.map(({ region }) => region), ...links.map((pair) => pair.join(' – '))].join(', ')
}

async function environment({ command, cwd }: Rehearsal): Promise<DrillReport['environment']> {
  const commit = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd })
    .then(({ stdout }) => stdout.trim())
    .catch(() => null)
  const [cpu] = cpus()
  return {
    commit,
    versions: { node: process.versions.node },
    machine: `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${platform()} ${release()}`,
    command,
  }
}
