import { configurationFaults } from '../measure/configuration.ts'
import { editionsGoneBack, equalChanges } from '../measure/independent-configuration.ts'
import { lastSentTo } from '../measure/loss.ts'
import { writersAtOnce } from '../measure/writers-at-once.ts'
import type { Expectation } from '../spec/conditions.ts'
import type { Checked, DrillEvidence } from './evidence.ts'

/** Each sentence under `expect`, checked against what was seen. */
export function checkExpectations(evidence: DrillEvidence): Checked[] {
  return evidence.drill.spec.expect.map((expectation) => ({ text: expectation.text, ...check(expectation, evidence) }))
}

function check(expectation: Expectation, evidence: DrillEvidence): Omit<Checked, 'text'> {
  const { seen, marks, drill } = evidence
  switch (expectation.kind) {
    case 'writers': {
      const { most, violations } = writersAtOnce(seen.controlPlanes, seen.writes, drill.independent)
      if (violations.length > 0) return { held: false, detail: violations.slice(0, 3).join('; ') }
      const each = drill.independent ? ' of any lineage; each region writes one of its own' : ''
      return { held: most <= 1, detail: `at most ${most}${each}, over ${seen.controlPlanes.length} samples` }
    }
    case 'hash':
      return checkHashes(evidence)
    case 'share-zero': {
      if (marks.t0 === null) return { held: false, detail: 'the fault was never proved' }
      const until = marks.t5 === null ? Number.POSITIVE_INFINITY : marks.t5 + windowOf(drill.spec.expect)
      const last = lastSentTo(seen.calls, expectation.region, marks.t0, until)
      const after = last === null ? 0 : (last - marks.t0) / 1_000
      const detail = `the last call to ${expectation.region} was sent ${after.toFixed(1)} s after t0`
      return { held: after <= expectation.within.seconds, detail: last === null ? 'no call was sent there' : detail }
    }
    case 'success': {
      if (marks.t5 === null) return { held: false, detail: 'callers never recovered' }
      const since = marks.t0 === null ? 0 : (marks.t5 - marks.t0) / 1_000
      return { held: true, detail: since <= 0 ? 'from the start' : `from ${since.toFixed(1)} s after t0` }
    }
    case 'drift-found':
    case 'drift-healed':
      return checkDrift(expectation, evidence)
  }
}

function checkHashes({ seen, drill, shared, reconciliation }: DrillEvidence): Omit<Checked, 'text'> {
  const samples = seen.dataPlanes.filter(({ region }) => drill.survivors.includes(region))
  const faults = configurationFaults(samples, shared)
  if (faults.length > 0) return { held: false, detail: faults.slice(0, 3).join('; ') }
  if (!drill.independent) {
    return {
      held: samples.length > 0,
      detail: `one hash a version, never an older one, over ${samples.length} samples`,
    }
  }
  const healing = (reconciliation?.rounds ?? []).flatMap(({ found, foundAt }) => (found.length > 0 ? [foundAt!] : []))
  const equal = equalChanges({ ...seen, dataPlanes: samples }, Math.min(...healing))
  const wrong = [...equal.faults, ...editionsGoneBack(seen.editions, shared)]
  if (wrong.length > 0) return { held: false, detail: wrong.slice(0, 3).join('; ') }
  const alone = drill.survivors.length < 2
  const detail = alone
    ? `one hash a version, never an older one, over ${samples.length} samples; one survivor has nobody to differ from`
    : `the same hash after the same changes, over ${equal.compared} comparisons; never an older one; each in its own lineage`
  return { held: samples.length > 0 && (alone || equal.compared > 0), detail }
}

/** Of all that was found, the slowest round counts. */
function checkDrift(
  { kind, within }: Extract<Expectation, { kind: 'drift-found' | 'drift-healed' }>,
  { reconciliation }: DrillEvidence,
): Omit<Checked, 'text'> {
  const rounds = (reconciliation?.rounds ?? []).filter(({ found, foundAt }) => foundAt === null || found.length > 0)
  if (rounds.length === 0) return { held: false, detail: 'there was none to find' }
  const ends = rounds.map(({ since, foundAt, healedAt }) => {
    const end = kind === 'drift-found' ? foundAt : healedAt
    return end === null ? Number.POSITIVE_INFINITY : (end - since) / 1_000
  })
  const slowest = Math.max(...ends)
  const verb = kind === 'drift-found' ? 'found' : 'healed'
  if (!Number.isFinite(slowest)) return { held: false, detail: `never ${verb}` }
  const count = rounds.flatMap(({ found }) => found).flatMap(({ resources }) => resources).length
  const regions = [...new Set(rounds.flatMap(({ found }) => found.map(({ region }) => region)))].join(', ')
  const what = `${count} ${count === 1 ? 'resource' : 'resources'} of ${regions}`
  return { held: slowest <= within.seconds, detail: `${what}, ${verb} after ${slowest.toFixed(1)} s` }
}

/** Milliseconds of success that count as recovery. */
export function windowOf(expectations: readonly Expectation[]): number {
  const success = expectations.find((expectation) => expectation.kind === 'success')
  return success === undefined ? 10_000 : success.window.milliseconds
}

/** Share of calls, 0 to 1, that must succeed in that window. */
export function shareOf(expectations: readonly Expectation[]): number {
  const success = expectations.find((expectation) => expectation.kind === 'success')
  return success === undefined ? 0.999 : success.atLeast.fraction
}
