import { blastRadius } from '../compile/blast-radius.ts'
import type { JournalLine } from '../journal.ts'
import { between, type ClockMarks } from '../measure/clock-marks.ts'
import { budgetBurned, callsPerSecond, requestLedger } from '../measure/loss.ts'
import { firstFailure, sustainedSuccess } from '../measure/recovery.ts'
import type { DrillEvidence } from '../verdict/evidence.ts'
import { shareOf, windowOf } from '../verdict/expectations.ts'
import type { Verdict, VerdictName } from '../verdict/judge.ts'
import { marginOf } from '../verdict/objectives.ts'
import type { AnswerChange, DrillReport, ReportedCohort, ServedConfiguration } from './drill-report.ts'

export interface ReportContext {
  /** ISO 8601, of the first call. */
  readonly started: string
  readonly took: number
  readonly journal: readonly JournalLine<unknown>[]
  readonly environment: DrillReport['environment']
  /** Reports of earlier runs of the same drill, newest first. */
  readonly earlier: readonly DrillReport[]
}

/** Makes a drill's account of its evidence and its verdict. */
export function assembleReport(evidence: DrillEvidence, verdict: Verdict, context: ReportContext): DrillReport {
  const { drill, seen, marks, began } = evidence
  const since = (moment: number) => Number(((moment - began) / 1_000).toFixed(3))
  const relative = Object.fromEntries(
    Object.entries(marks).map(([name, moment]) => [name, moment === null ? null : since(moment)]),
  ) as unknown as ClockMarks
  const { rate } = drill.spec.traffic
  const burned = budgetBurned(seen.calls, rate.value, drill.topology.objectives.availability.fraction) * 100
  return {
    format: 1,
    drill: {
      name: drill.spec.name,
      claim: drill.spec.claim,
      topology: drill.topology.name,
      topologyHash: drill.topologyHash,
      mode: drill.topology.mode,
      live: drill.live,
    },
    // Live, nothing is killed: it is out of reach.
    fault: drill.faults.map(({ fault, plan }) => (drill.live ? fault.headline(plan) : fault.describe(plan))).join('; '),
    blastRadius: blastRadius(drill),
    verdict: verdict.verdict,
    sentence: verdict.sentence,
    reasons: verdict.reasons,
    findings: verdict.findings,
    started: context.started,
    took: context.took,
    objectives: verdict.objectives.map((objective) => ({
      ...objective,
      margin: marginOf(objective),
      earlier: context.earlier
        .slice(0, 5)
        .map((run) => run.objectives.find(({ name }) => name === objective.name)?.measured ?? null),
    })),
    cohorts: cohortsOf(evidence),
    marks: relative,
    callsPerSecond: callsPerSecond(seen.calls, began).slice(
      0,
      Math.max(1, Math.floor((evidence.ended - began) / 1_000)),
    ),
    criticalPath: criticalPath(marks),
    requests: requestLedger(seen.calls, evidence.duplicated),
    budget: { burned, promised: drill.objectives.budget?.value ?? null },
    writes: drill.live ? null : evidence.ledger,
    reconciliation: reconciliationOf(evidence, since),
    configurations: configurationsOf(evidence),
    answers: answerChanges(evidence, since),
    ready: evidence.ready,
    proofs: evidence.proofs.map(({ demand, proof }) => ({
      demand,
      proved: proof.proved,
      seenFrom: proof.seenFrom,
      of: proof.of,
    })),
    expectations: verdict.expectations,
    after: evidence.after,
    undo: context.journal,
    environment: context.environment,
    nextAction: nextAction(verdict.verdict, verdict.reasons[0]),
  }
}

function cohortsOf({ prediction, seen, marks, drill, ended }: DrillEvidence): ReportedCohort[] {
  return prediction.cohorts.map(({ cohort, rto, arithmetic }) => {
    const calls = seen.calls.filter((call) => call.cohort === cohort)
    const t1 = marks.struck === null ? null : firstFailure(calls, marks.struck)
    const { expect } = drill.spec
    const t5 = t1 === null ? null : sustainedSuccess(calls, t1, windowOf(expect), shareOf(expect), ended)
    const measured = t1 === null ? (marks.struck === null ? null : 0) : t5 === null ? null : (t5 - t1) / 1_000
    return { cohort, predicted: rto.seconds, arithmetic, measured }
  })
}

const PATH: readonly [string, keyof ClockMarks, keyof ClockMarks][] = [
  ['the health check notices', 't0', 't2'],
  ['the GSLB changes its answer', 't2', 't3'],
  ['resolvers let the old answer go (TTL)', 't3', 't4'],
  ['clients let the old address go (client tail)', 't4', 't5'],
]

function criticalPath(marks: ClockMarks): DrillReport['criticalPath'] {
  if (marks.t1 === null) return []
  return PATH.flatMap(([part, from, to]) => {
    const length = between(marks, from, to)
    return length === null ? [] : [{ part, seconds: Math.max(0, length / 1_000) }]
  })
}

function configurationsOf({ seen, marks, drill, ended }: DrillEvidence): ServedConfiguration[] {
  if (drill.live) return []
  const { struck, t5, t7 } = marks
  const phases = [
    ['baseline', Number.NEGATIVE_INFINITY, struck ?? ended],
    ['outage', struck ?? ended, t5 ?? ended],
    ['recovered', t5 ?? ended, t7 ?? ended],
    ['afterwards', t7 ?? ended, Number.POSITIVE_INFINITY],
  ] as const
  return phases.flatMap(([phase, from, to]) =>
    Object.keys(drill.topology.regions).map((region) => {
      const samples = seen.dataPlanes.filter(
        (sample) => sample.region === region && sample.sent >= from && sample.ended < to,
      )
      const last = samples.sort((a, b) => a.ended - b.ended).at(-1)
      const version = last === undefined ? null : `(${last.epoch},${last.revision})`
      return { phase, region, version, hash: last?.hash ?? null }
    }),
  )
}

function reconciliationOf(
  { reconciliation }: DrillEvidence,
  since: (moment: number) => number,
): DrillEvidence['reconciliation'] {
  if (reconciliation === null) return null
  const relative = (moment: number | null) => (moment === null ? null : since(moment))
  const { change, rounds } = reconciliation
  return {
    change: change && { ...change, at: since(change.at) },
    rounds: rounds.map((round) => ({
      ...{ since: since(round.since), found: round.found },
      ...{ foundAt: relative(round.foundAt), healedAt: relative(round.healedAt) },
    })),
  }
}

function answerChanges({ seen, drill }: DrillEvidence, since: (moment: number) => number): AnswerChange[] {
  const before = new Map<string, string | null>()
  const changes: AnswerChange[] = []
  for (const answer of seen.answers.toSorted((a, b) => a.at - b.at)) {
    const observer = `${answer.vantage} ${answer.seen}`
    const usual = before.has(observer) ? before.get(observer) : drill.homes[answer.vantage]
    before.set(observer, answer.region)
    if (usual !== answer.region) changes.push({ ...answer, at: since(answer.at) })
  }
  return changes
}

function nextAction(verdict: VerdictName, reason = ''): string {
  switch (verdict) {
    case 'PASS':
      return 'Nothing to fix. Run it again after the next change to the topology, and keep this report.'
    case 'FAIL':
      return `Find out why: ${reason}. Then run the drill again.`
    case 'ABORTED':
      return 'Read why it was broken off, check that everything under “afterwards” holds, and run it again when that is settled.'
    case 'INCONCLUSIVE':
      return `Make the drill able to see first: ${reason}. Nothing has been proved either way.`
  }
}
