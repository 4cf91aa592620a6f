import { between } from '../measure/clock-marks.ts'
import { callGaps, probeGaps } from '../measure/coverage.ts'
import { editionsGoneBack, lastEditions } from '../measure/independent-configuration.ts'
import { requestLedger } from '../measure/loss.ts'
import { writersAtOnce } from '../measure/writers-at-once.ts'
import type { Checked, DrillEvidence } from './evidence.ts'
import { checkExpectations } from './expectations.ts'
import { type ObjectiveResult, objectiveResults } from './objectives.ts'

export const VERDICTS = ['PASS', 'FAIL', 'ABORTED', 'INCONCLUSIVE'] as const
export type VerdictName = (typeof VERDICTS)[number]

export const EXIT_CODES: Readonly<Record<VerdictName, 0 | 1 | 3>> = { PASS: 0, FAIL: 1, ABORTED: 1, INCONCLUSIVE: 3 }

export interface Verdict {
  readonly verdict: VerdictName
  /** In a sentence, for anybody. */
  readonly sentence: string
  /** Why it is not PASS, a sentence each. */
  readonly reasons: readonly string[]
  readonly objectives: readonly ObjectiveResult[]
  readonly expectations: readonly Checked[]
  /** True, and worth knowing, whatever the verdict. */
  readonly findings: readonly string[]
}

/** What nobody has seen, nobody has judged. */
function unseenInLive({ controlPlanes }: DrillEvidence['seen']): string {
  const writers = controlPlanes.length > 0 ? '' : ', writers at once'
  return `seen as callers see it: lost revisions${writers} and the configuration that is served were not looked at`
}

/** More than this share of the time unobserved, and nothing can be said. */
const TOLERATED_GAPS = 0.05

/**
 * Judges a drill. A broken safety invariant is a FAIL however little else was seen. Otherwise a drill that was broken
 * off is ABORTED, one that proved or saw too little INCONCLUSIVE, and one missed promise makes it FAIL: nothing is
 * averaged.
 */
export function judge(evidence: DrillEvidence): Verdict {
  const objectives = objectiveResults(evidence)
  const expectations = checkExpectations(evidence)
  const unsafe = unsafeReasons(evidence)
  const unseen = unseenReasons(evidence)
  const missed = missedReasons(evidence, objectives, expectations)
  const [verdict, reasons]: [VerdictName, readonly string[]] =
    unsafe.length > 0
      ? ['FAIL', [...unsafe, ...missed]]
      : evidence.aborted !== null
        ? ['ABORTED', [evidence.aborted]]
        : unseen.length > 0
          ? ['INCONCLUSIVE', unseen]
          : missed.length > 0
            ? ['FAIL', missed]
            : ['PASS', []]
  return {
    verdict,
    sentence: sentenceOf(verdict, evidence, reasons),
    reasons: [...new Set(reasons)],
    objectives,
    expectations,
    findings: findingsOf(evidence, objectives),
  }
}

function unsafeReasons({ seen, ledger, drill, shared }: DrillEvidence): string[] {
  const lost = (ledger.missing ?? []).filter(({ ids }) => ids.length > drill.objectives.rpo.revisions)
  return [
    ...writersAtOnce(seen.controlPlanes, seen.writes, drill.independent).violations.slice(0, 5),
    ...editionsGoneBack(seen.editions, shared),
    ...lost.map(
      ({ region, ids }) => `${region} does not have ${ids.length} acknowledged write${ids.length === 1 ? '' : 's'}`,
    ),
  ]
}

function unseenReasons(evidence: DrillEvidence): string[] {
  const { drill, seen, proofs, ready, began, ended, probeInterval } = evidence
  const { vantages, rate } = drill.spec.traffic
  const reasons = ready.filter(({ held }) => !held).map(({ text, detail }) => `not ready, “${text}”: ${detail}`)
  if (reasons.length > 0) return reasons
  if (proofs.length < drill.faults.length) reasons.push('a fault was never carried out')
  for (const { demand, proof } of proofs) {
    if (proof.proved) continue
    reasons.push(`the fault was not proved: “${demand}”, seen from ${proof.seenFrom.length} of ${proof.of.length}`)
  }
  const heard = vantages.filter((vantage) => seen.probes.some((probe) => probe.vantage === vantage))
  if (heard.length < vantages.length) reasons.push(`only ${heard.length} of ${vantages.length} vantage points reported`)
  const gaps = probeGaps(seen.probes, heard, probeInterval, began, ended)
  if (heard.length > 0 && gaps > TOLERATED_GAPS) {
    reasons.push(`probes were missing for ${(gaps * 100).toFixed(1)} % of the time`)
  }
  const unsent = callGaps(seen.calls, rate.value, began, ended)
  if (unsent > TOLERATED_GAPS) reasons.push(`${(unsent * 100).toFixed(1)} % of the calls are not accounted for`)
  if (!drill.live && !seen.writes.some(({ outcome }) => outcome === 'acknowledged')) {
    reasons.push('no write was ever acknowledged')
  }
  return reasons
}

function missedReasons(
  { after, failures, ledger, drill, marks, reconciliation }: DrillEvidence,
  objectives: readonly ObjectiveResult[],
  expectations: readonly Checked[],
): string[] {
  return [
    ...objectives.filter(({ met }) => !met).map(missedObjective),
    ...expectations.filter(({ held }) => !held).map(({ text, detail }) => `expected “${text}”: ${detail}`),
    ...after.filter(({ held }) => !held).map(({ text, detail }) => `afterwards “${text}” did not hold: ${detail}`),
    ...failures,
    ...(ledger.missing === null && !drill.live ? ['acknowledged writes could not be checked on both sides'] : []),
    ...(ledger.unresolved > 0 ? [`${ledger.unresolved} writes in doubt were never resolved`] : []),
    ...(drill.writerStops && marks.t7 === null ? ['the drill did not fail back'] : []),
    ...(drill.independent && reconciliation?.rounds.at(-1)?.healedAt == null
      ? ['the regions were never found equal to the files']
      : []),
  ]
}

function missedObjective({ name, promised, measured, unit, note }: ObjectiveResult): string {
  const sign = { seconds: ' s', percent: ' %', revisions: '', writers: '' }[unit]
  return measured === null
    ? `${name}: promised ${promised}${sign}, ${note}`
    : `${name}: promised ${promised}${sign}, measured ${Number(measured.toFixed(2))}${sign}`
}

function findingsOf(evidence: DrillEvidence, objectives: readonly ObjectiveResult[]): string[] {
  const { seen, duplicated, reconciliation, drill } = evidence
  const findings = objectives
    .filter(({ predicted, measured }) => predicted !== null && measured !== null && measured > predicted)
    .map(({ name }) => `${name} was above its predicted bound; what the bound leaves out is worth finding`)
  const calls = requestLedger(seen.calls, duplicated)
  if (calls.misrouted > 0) findings.push(`${calls.misrouted} calls were answered by another region than the one called`)
  if (calls.duplicated > 0) findings.push(`${calls.duplicated} calls reached the upstream more than once`)
  if (drill.live) findings.push(unseenInLive(seen))
  const change = reconciliation?.change
  if (change && change.missed.length > 0) {
    const last = lastEditions(seen)
    const has = change.missed.filter((region) => last.get(region) === String(change.edition))
    const ended = has.length === change.missed.length ? 'and has it now' : 'and still serves the old one'
    findings.push(
      `the change made while the fault lasted was taken by ${change.taken.join(', ')}; ${change.missed.join(', ')} missed it, ${ended}`,
    )
  }
  const challenged = seen.writes.filter(({ challenge, outcome }) => challenge && outcome === 'refused').length
  if (challenged > 0)
    findings.push(`${challenged} writes sent on purpose to a region that was not the writer were refused`)
  return findings
}

function sentenceOf(verdict: VerdictName, evidence: DrillEvidence, reasons: readonly string[]): string {
  const { drill, marks } = evidence
  switch (verdict) {
    case 'PASS': {
      const what = drill.faults.map(({ fault, plan }) => fault.headline(plan)).join(', ')
      const gap = between(marks, 't1', 't5')
      const out = gap === null ? 'no call failed' : `callers were served again after ${(gap / 1_000).toFixed(1)} s`
      if (drill.live) return `${what}; ${out}.`
      const lost = Math.max(0, ...(evidence.ledger.missing ?? []).map(({ ids }) => ids.length))
      const kept =
        lost === 0 ? 'no acknowledged write was lost' : `${lost} acknowledged writes were lost, as was promised`
      return `${what}; ${out}, and ${kept}.`
    }
    case 'FAIL':
      return `A promise was broken: ${reasons[0]}.`
    case 'ABORTED':
      return `The drill was broken off and undone: ${reasons[0]}.`
    case 'INCONCLUSIVE':
      return `The drill proved nothing: ${reasons[0]}.`
  }
}
