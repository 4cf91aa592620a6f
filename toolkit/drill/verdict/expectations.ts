import { configurationFaults } from '../measure/configuration.ts'
import { lastSentTo } from '../measure/loss.ts'
import { writersAtOnce } from '../measure/writers-at-once.ts'
import type { Expectation } from '../spec/conditions.ts'
import type { Checked, DrillEvidence } from './evidence.ts'

/** Each sentence under `expect`, checked against what was seen. */
export function checkExpectations(evidence: DrillEvidence): Checked[] {
  return evidence.drill.spec.expect.map((expectation) => ({ text: expectation.text, ...check(expectation, evidence) }))
}

function check(expectation: Expectation, { seen, marks, drill, shared }: DrillEvidence): Omit<Checked, 'text'> {
  switch (expectation.kind) {
    case 'writers': {
      const { most, violations } = writersAtOnce(seen.controlPlanes, seen.writes)
      if (violations.length > 0) return { held: false, detail: violations.slice(0, 3).join('; ') }
      return { held: most <= 1, detail: `at most ${most}, over ${seen.controlPlanes.length} samples` }
    }
    case 'hash': {
      const samples = seen.dataPlanes.filter(({ region }) => drill.survivors.includes(region))
      const faults = configurationFaults(samples, shared)
      if (faults.length > 0) return { held: false, detail: faults.slice(0, 3).join('; ') }
      return {
        held: samples.length > 0,
        detail: `one hash a version, never an older one, over ${samples.length} samples`,
      }
    }
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
  }
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
