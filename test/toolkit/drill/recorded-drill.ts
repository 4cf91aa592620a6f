import { type CompiledDrill, compileDrill } from '../../../toolkit/drill/compile/compile-drill.ts'
import { predict } from '../../../toolkit/drill/compile/predict.ts'
import type { ClockMarks } from '../../../toolkit/drill/measure/clock-marks.ts'
import type {
  Call,
  ControlPlaneSample,
  DataPlaneSample,
  Observations,
  Probe,
  Write,
} from '../../../toolkit/drill/measure/observations.ts'
import { readSpec } from '../../../toolkit/drill/spec/read-spec.ts'
import type { DrillEvidence } from '../../../toolkit/drill/verdict/evidence.ts'
import { payments } from './payments-topology.ts'

/** Of a topology as it was when the recording was made; what is added to topologies since does not change it. */
const RECORDED_HASH = 'c0ffee00'.repeat(8)

const SPEC = `
drill: lose-us-east-1
claim: Losing us-east-1 costs callers under 60 s and no published route.
topology: payments
objectives: { detect: 40s, rto: 60s, rpo: { revisions: 0 }, loss: 0.1%, budget: 2% }
traffic: { rate: 100/s, vantages: [us, eu, ap] }
fault: [{ lose: us-east-1 }]
expect:
  - share(us-east-1) == 0 within 60s
  - writers <= 1 always
  - hash(survivors) == expected always
  - success >= 99.9% for 10s
after: [answers == baseline, drift == 0]
`

export const losePrimary: CompiledDrill = (() => {
  const { spec, problems } = readSpec(SPEC)
  return compileDrill(spec, payments, RECORDED_HASH, problems)
})()

export const VANTAGES = ['us', 'eu', 'ap'] as const

export function call(scheduled: number, change: Partial<Call> = {}): Call {
  const vantage = VANTAGES[Math.floor(scheduled / 10) % 3]!
  const cohort = Math.floor(scheduled / 10) % 2 === 0 ? 'web' : 'sdk'
  const region = 'us-east-1'
  const call: Call = {
    ...{ vantage, cohort, scheduled, sent: scheduled, ended: scheduled + 3 },
    ...{ dialled: region, answered: region, status: 200, outcome: 'ok' },
    ...change,
  }
  return call.outcome === 'ok' ? call : { ...call, status: 0, answered: null }
}

export function write(number: number, sent: number, change: Partial<Write> = {}): Write {
  return {
    ...{ id: `write-${number}`, number, region: 'us-east-1', sent, ended: sent + 10, outcome: 'acknowledged' },
    ...{ doubted: false, epoch: 1, revision: number, status: 201, code: null, challenge: false, clock: null },
    ...change,
  }
}

export function controlPlane(
  region: string,
  sent: number,
  change: Partial<ControlPlaneSample> = {},
): ControlPlaneSample {
  return {
    ...{ vantage: 'us', region, sent, ended: sent + 2, role: 'active', epoch: 1, revision: 1, durability: 'confirmed' },
    lineage: 'l',
    ...{ peerReachable: true, databaseReachable: true, streaming: null, healthyInstances: 1 },
    ...change,
  }
}

export function dataPlane(region: string, sent: number, change: Partial<DataPlaneSample> = {}): DataPlaneSample {
  const served = { lineage: 'l', epoch: 1, revision: 1, hash: 'aa', refusedAsOlder: 0 }
  return { vantage: 'us', region, sent, ended: sent + 2, ...served, ...change }
}

/**
 * A recorded drill of 80 s at 100 calls per second: us-east-1 dies at 10 s and callers are without service until 35 s.
 */
export function recordedDrill(change: Partial<DrillEvidence> = {}, seen: Partial<Observations> = {}): DrillEvidence {
  const [struck, recovered, ended] = [10_000, 35_000, 80_000]
  const calls: Call[] = []
  for (let at = 0; at < ended; at += 10) {
    const dead = at >= struck && at < recovered
    const region = at < recovered ? 'us-east-1' : 'us-west-2'
    calls.push(call(at, { dialled: region, answered: region, ...(dead ? { outcome: 'refused' } : {}) }))
  }
  const probes: Probe[] = []
  for (let sent = 0; sent < ended; sent += 250) {
    for (const vantage of VANTAGES) {
      const answered = sent < struck || sent > 60_000
      probes.push({ vantage, region: 'us-east-1', part: 'data-plane', sent, ended: sent + 1, answered })
    }
  }
  const marks: ClockMarks = {
    ...{ struck, t0: 10_300, t1: 10_000, t2: 28_300, t3: 28_500 },
    ...{ t4: 33_000, t5: recovered, t6: 66_000, t7: 70_000 },
  }
  return {
    drill: losePrimary,
    prediction: predict(losePrimary),
    seen: {
      calls,
      probes,
      controlPlanes: [
        ...[0, 2_000, 9_000].map((sent) => controlPlane('us-east-1', sent)),
        ...[30_000, 40_000].map((sent) => controlPlane('us-west-2', sent, { epoch: 2, role: 'solo' })),
      ],
      dataPlanes: [
        dataPlane('us-east-1', 1_000),
        dataPlane('us-west-2', 1_000),
        dataPlane('us-west-2', 40_000, { epoch: 2 }),
      ],
      answers: [],
      certificates: [],
      editions: [],
      writes: [write(1, 500), write(2, 30_500, { epoch: 2, region: 'us-west-2' })],
      ...seen,
    },
    shared: [],
    marks,
    began: 0,
    ended,
    probeInterval: 250,
    ready: [{ text: 'drift == 0', held: true, detail: 'one configuration everywhere' }],
    proofs: [
      {
        demand: 'vantage(all) sees 0 answers within 10s',
        proof: { proved: true, at: 10_300, seenFrom: VANTAGES, of: VANTAGES },
      },
    ],
    served: [{ region: 'us-west-2', asked: 1, missing: [] }],
    ledger: {
      ...{ acknowledged: 2, doubted: 0, found: 0, absent: 0, unresolved: 0 },
      longestPause: 30,
      missing: [
        { region: 'us-east-1', ids: [] },
        { region: 'us-west-2', ids: [] },
      ],
    },
    reconciliation: null,
    after: [{ text: 'answers == baseline', held: true, detail: 'us-east-1, before us-east-1' }],
    duplicated: 0,
    aborted: null,
    failures: [],
    ...change,
  }
}
