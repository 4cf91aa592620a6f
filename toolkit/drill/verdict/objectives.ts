import { between } from '../measure/clock-marks.ts'
import { budgetBurned, lossOutside } from '../measure/loss.ts'
import { writersAtOnce } from '../measure/writers-at-once.ts'
import type { DrillEvidence } from './evidence.ts'

export type Unit = 'seconds' | 'revisions' | 'percent' | 'writers'

/** One promise beside its prediction and its measurement. */
export interface ObjectiveResult {
  readonly name: string
  readonly unit: Unit
  readonly promised: number
  /** Null where arithmetic says nothing. */
  readonly predicted: number | null
  /** Null where nothing was to be measured, or it could not be. */
  readonly measured: number | null
  readonly met: boolean
  /** Beside the figures, for people. */
  readonly note: string
}

/** Each objective with what was promised, predicted and measured. */
export function objectiveResults(evidence: DrillEvidence): ObjectiveResult[] {
  return [
    detection(evidence),
    recovery(evidence),
    // A live drill sees what callers see, and no configuration.
    ...(evidence.drill.live ? [] : [...lostRevisions(evidence), writers(evidence)]),
    ...shares(evidence),
  ].filter((result) => result !== null)
}

/** Share of the promise that is left, 0 to 1; negative when it was broken, null where a share says nothing. */
export function marginOf({ unit, promised, measured }: ObjectiveResult): number | null {
  if (measured === null || promised === 0 || unit === 'writers' || unit === 'revisions') return null
  return 1 - measured / promised
}

function detection({ drill, marks, prediction }: DrillEvidence): ObjectiveResult | null {
  if (!drill.answersMove) return null
  const measured = seconds(between(marks, 't0', 't2'))
  const promised = drill.objectives.detect.seconds
  return {
    name: 'detection',
    unit: 'seconds',
    promised,
    predicted: prediction.detect?.seconds ?? null,
    measured,
    met: measured !== null && measured <= promised,
    note: measured === null ? 'never detected' : '',
  }
}

function recovery({ drill, marks, prediction, ended }: DrillEvidence): ObjectiveResult {
  const promised = drill.objectives.rto.seconds
  const untouched = marks.t1 === null && marks.t5 !== null
  const measured = untouched ? 0 : seconds(between(marks, 't1', 't5'))
  const waited = marks.t1 === null ? 0 : (ended - marks.t1) / 1_000
  return {
    name: 'RTO (callers)',
    unit: 'seconds',
    promised,
    predicted: prediction.rto.seconds,
    measured,
    met: measured !== null && measured <= promised,
    note: untouched ? 'no call failed' : measured === null ? `not recovered after ${waited.toFixed(0)} s` : '',
  }
}

/** One for the topology; where every region writes for itself, one for each. */
function lostRevisions({ drill, prediction, served, marks, ledger }: DrillEvidence): ObjectiveResult[] {
  const doubt = ledger.doubted === 0 ? '' : `; ${ledger.doubted} in doubt${doubtResolved(ledger)}`
  if (!drill.independent) {
    const [asked] = served
    return [lostIn('RPO', asked, drill, prediction, marks.t0, `of ${ledger.acknowledged} acknowledged writes${doubt}`)]
  }
  return Object.keys(drill.topology.regions).map((region) => {
    const asked = served.find((own) => own.region === region)
    const note = `of the ${asked?.asked} that it acknowledged before`
    return lostIn(`RPO of ${region}`, asked, drill, prediction, marks.t0, note)
  })
}

function lostIn(
  name: string,
  asked: DrillEvidence['served'][number] | undefined,
  drill: DrillEvidence['drill'],
  prediction: DrillEvidence['prediction'],
  t0: number | null,
  note: string,
): ObjectiveResult {
  const promised = drill.objectives.rpo.revisions
  const measured = asked?.missing.length ?? null
  const oldest = Math.min(...(asked?.missing ?? []).map(({ acknowledged }) => acknowledged))
  const age = Number.isFinite(oldest) && t0 !== null ? (t0 - oldest) / 1_000 : null
  const lost = age === null ? '' : `; the oldest was ${age.toFixed(1)} s old`
  return {
    name,
    unit: 'revisions',
    promised,
    predicted: prediction.rpo,
    measured,
    met: measured !== null && measured <= promised,
    note: measured === null ? 'not measured' : `${note}${lost}`,
  }
}

function doubtResolved({ doubted, found, absent, unresolved }: DrillEvidence['ledger']): string {
  if (found === doubted) return doubted === 1 ? ', found' : ', all found'
  const parts = [
    found > 0 && `${found} found`,
    absent > 0 && `${absent} never happened`,
    unresolved > 0 && `${unresolved} unresolved`,
  ]
  return `: ${parts.filter((part) => part !== false).join(', ')}`
}

function writers({ drill, seen, prediction }: DrillEvidence): ObjectiveResult {
  const { most } = writersAtOnce(seen.controlPlanes, seen.writes, drill.independent)
  const met = most <= 1
  return {
    name: drill.independent ? 'writers of one lineage' : 'writers at once, most',
    unit: 'writers',
    promised: 1,
    predicted: prediction.writersAtOnce,
    measured: most,
    met,
    note: !met ? '' : drill.independent ? 'always; a lineage each region' : 'always',
  }
}

function shares({ drill, seen, marks }: DrillEvidence): (ObjectiveResult | null)[] {
  const { loss, budget } = drill.objectives
  const outside = lossOutside(seen.calls, marks.t1, marks.t5) * 100
  const burned =
    budgetBurned(seen.calls, drill.spec.traffic.rate.value, drill.topology.objectives.availability.fraction) * 100
  const share = (name: string, promised: number, measured: number, note: string): ObjectiveResult => {
    return { name, unit: 'percent', promised, predicted: null, measured, met: measured <= promised, note }
  }
  return [
    loss && share('loss outside outage', loss.value, outside, ''),
    budget && share("a month's error budget", budget.value, burned, ''),
  ]
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1_000
}
