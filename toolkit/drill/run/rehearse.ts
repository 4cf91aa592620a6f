import { relative } from 'node:path'
import type { EngineName, LocalDescription, Preparation } from '../../local/local-topology.ts'
import { blastRadius } from '../compile/blast-radius.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import type { JournalLine } from '../journal.ts'
import { anchorClocks, monotonicNow, toWall } from '../measure/monotonic.ts'
import { assembleReport } from '../report/assemble-report.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { earlierReports, makeReportFolder, writeCalls, writeReport } from '../report/report-folder.ts'
import type { DrillEvidence } from '../verdict/evidence.ts'
import { judge } from '../verdict/judge.ts'
import { takeBaseline } from './aftermath.ts'
import { DrillRun } from './drill-run.ts'
import { environmentOf } from './environment.ts'
import { FaultCarrier, journalOf } from './fault-carrier.ts'
import type { Operator } from './operator.ts'
import { type CompareControlPlanes, describeDifferences } from './region-differences.ts'
import { RegionSync } from './region-sync.ts'
import { lockTopology } from './runner-lock.ts'
import { Stage } from './stage.ts'
import { hashSynthesisedStacks } from './synthesised-stacks.ts'
import { openSession, type TopologySession } from './topology-session.ts'
import { seconds, type Transcript } from './transcript.ts'

export interface Rehearsal {
  readonly drill: CompiledDrill
  readonly topologyFile: string
  readonly programs: { readonly antipode: string; readonly synth: string }
  readonly compareControlPlanes: CompareControlPlanes
  readonly operator: Operator
  readonly transcript: Transcript
  readonly cwd: string
  readonly dataDir: string | undefined
  /** What a topology that is brought up runs in, and one that runs already has to; undefined: either. */
  readonly engine: EngineName | undefined
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
    `${drill.topology.name} · ${drill.faults.map(({ plan, fault }) => `${fault.name} ${targetsOf(drill, plan)}`.trim()).join(', ')} · rehearsal on this machine`,
  )
  for (const line of blastRadius(drill)) transcript.line(line)
  transcript.line('')

  const synth = () => hashSynthesisedStacks(rehearsal.programs.synth, rehearsal.topologyFile, rehearsal.signal)
  const synthWanted = drill.spec.after.some(({ kind }) => kind === 'synth')
  // Side by side with the start of the topology, when nothing is measured yet.
  const synthBefore = synthWanted ? synth() : Promise.resolve(null)
  let played: Played
  try {
    const session = await openSession({
      program: rehearsal.programs.antipode,
      topologyFile: rehearsal.topologyFile,
      topology: drill.topology.name,
      hash: drill.topologyHash,
      cwd,
      ...{ dataDir: rehearsal.dataDir, engine: rehearsal.engine },
      ...needsOf(drill),
      signal: rehearsal.signal,
    })
    played = await playAndClose(rehearsal, session, synthBefore, synth, began)
  } finally {
    await synthBefore.catch(() => {})
  }
  const { evidence, journal, folder, own, linkFaults } = played
  const verdict = judge(evidence)
  const good = evidence.after.length > 0 && evidence.after.every(({ held }) => held)
  if (good)
    transcript.step(
      'after',
      `answers, hashes and synthesised stacks equal the baseline; ${own ? 'nothing left running' : 'the topology runs on'}`,
      '',
    )
  const report = assembleReport(evidence, verdict, {
    started: toWall(anchor, evidence.began),
    took: (monotonicNow() - began) / 1_000,
    journal,
    environment: { ...(await environmentOf(rehearsal.command, cwd)), linkFaults },
    earlier: await earlierReports(rehearsal.reports, drill.spec.name, 5),
  })
  await writeCalls(folder, evidence.seen.calls, evidence.began)
  const file = await writeReport(folder, report, drill.spec.report)
  return { report, file: relative(cwd, file) }
}

interface Played {
  readonly evidence: DrillEvidence
  readonly journal: readonly JournalLine[]
  /** The folder of this run's report. */
  readonly folder: string
  /** The topology was the drill's own. */
  readonly own: boolean
  /** Where faults of links were made, in words. */
  readonly linkFaults: string
}

/** Plays the drill, takes down what it brought up, and makes sure that nothing of it is left. */
async function playAndClose(
  rehearsal: Rehearsal,
  session: TopologySession,
  synthBefore: Promise<string | null>,
  synth: () => Promise<string>,
  began: number,
): Promise<Played> {
  let played: Played
  let processes: number[] = []
  try {
    played = await play(rehearsal, session, synthBefore, synth, began)
    const { regions } = await session.local.describe()
    processes = regions.flatMap(({ processes: parts }) => Object.values(parts).flat())
  } finally {
    await session.close()
  }
  const { evidence } = played
  if (!session.own || evidence.after.length === 0) return played
  const left = processes.filter(lives)
  const detail = left.length === 0 ? 'every process ended' : `processes ${left.join(', ')} still run`
  const check = { text: 'nothing left running', held: left.length === 0, detail }
  if (!check.held) rehearsal.transcript.trouble('after', detail, '')
  return { ...played, evidence: { ...evidence, after: [...evidence.after, check] } }
}

/** Sets the stage, runs the drill on it and clears it away, as the only drill on this topology. */
async function play(
  rehearsal: Rehearsal,
  { local, own }: TopologySession,
  synthBefore: Promise<string | null>,
  synth: () => Promise<string>,
  began: number,
): Promise<Played> {
  const description = await local.describe()
  const unlock = lockTopology(description.dataDir, rehearsal.drill.spec.name)
  try {
    return await playLocked(rehearsal, { local, own }, description, synthBefore, synth, began)
  } finally {
    unlock()
  }
}

async function playLocked(
  { drill, transcript, operator, signal, reports, programs, compareControlPlanes }: Rehearsal,
  { local, own }: Pick<TopologySession, 'local' | 'own'>,
  description: LocalDescription,
  synthBefore: Promise<string | null>,
  synth: () => Promise<string>,
  began: number,
): Promise<Played> {
  const { regions, durability, gslb } = description
  const databases = `${regions.length} databases${durability === 'confirmed' ? ' streaming' : ''}`
  const found = `${regions.length} regions, ${databases}, GSLB on ${gslb?.dns ?? 'no address'}`
  transcript.step(own ? 'up' : 'attached', found, own ? seconds(monotonicNow() - began) : '')
  const folder = await makeReportFolder(reports, new Date())
  const stage = new Stage(description, drill, folder, {
    upgradeDatabases: (major) => operator.upgradeDatabases(local, major),
    moveWriterAround: () => operator.moveWriterAround(local),
  })
  const carrier = new FaultCarrier(local, journalOf(description.dataDir), stage)
  try {
    await stage.sweep()
    const baseline = await takeBaseline(local, regions, await synthBefore, drill.independent)
    const regionSync = () => new RegionSync(programs.antipode, folder, stage.operated, signal)
    const differences = async () => (drill.independent ? describeDifferences(regions, compareControlPlanes) : '')
    const run = new DrillRun({
      ...{ drill, local, description, stage, carrier, operator, transcript, signal, synth, baseline, own },
      ...{ regionSync, differences },
    })
    const evidence = await run.run()
    const { linkFaults } = await local.describe()
    return { evidence, journal: carrier.lines, folder, own, linkFaults }
  } finally {
    await stage.close()
  }
}

function lives(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function needsOf({ faults }: CompiledDrill): { prepare: Preparation[]; instances: number } {
  const prepare = new Set(faults.flatMap(({ fault, plan }) => fault.needs?.(plan) ?? []))
  return {
    prepare: [...prepare],
    instances: Math.max(1, ...faults.map(({ fault, plan }) => fault.instances?.(plan) ?? 1)),
  }
}

function targetsOf(drill: CompiledDrill, plan: CompiledDrill['faults'][number]['plan']): string {
  const { fault } = drill.faults.find((candidate) => candidate.plan === plan)!
  const { regions, links } = fault.reach(plan)
  return [...regions.map(({ region }) => region), ...links.map((pair) => pair.join(' – '))].join(', ')
}
