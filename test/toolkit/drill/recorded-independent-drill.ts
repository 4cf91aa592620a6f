import { type CompiledDrill, compileDrill } from '../../../toolkit/drill/compile/compile-drill.ts'
import { predict } from '../../../toolkit/drill/compile/predict.ts'
import type { ClockMarks } from '../../../toolkit/drill/measure/clock-marks.ts'
import type { EditionSample, Observations } from '../../../toolkit/drill/measure/observations.ts'
import { readSpec } from '../../../toolkit/drill/spec/read-spec.ts'
import type { DrillEvidence, Reconciliation } from '../../../toolkit/drill/verdict/evidence.ts'
import { call, controlPlane, dataPlane, recordedDrill, write } from './recorded-drill.ts'
import { storefront } from './storefront-topology.ts'

const SPEC = `
drill: old-configuration
claim: What a region missed is brought to it.
topology: storefront
objectives: { rto: 60s, rpo: { revisions: 0 }, loss: 0.1% }
traffic: { rate: 100/s, vantages: [us, eu, ap], near: { us: us-east-1, eu: us-east-1, ap: us-east-1 } }
fault: [{ lose: us-east-1, ways: [control-plane, database] }]
expect:
  - writers <= 1 always
  - hash(survivors) == expected always
  - drift found within 30s
  - drift healed within 60s
  - success >= 99.9% for 10s
after: [drift == 0]
`

const drill: CompiledDrill = (() => {
  const { spec, problems } = readSpec(SPEC)
  return compileDrill(spec, storefront, 'c0ffee00'.repeat(8), problems)
})()

export function edition(region: string, sent: number, said: string): EditionSample {
  return { vantage: 'us', region, sent, ended: sent + 2, edition: said }
}

const HEALED: Reconciliation = {
  change: { edition: 2, at: 15_000, taken: ['eu-west-1'], missed: ['us-east-1'] },
  rounds: [
    {
      since: 40_000,
      foundAt: 42_000,
      found: [{ region: 'us-east-1', resources: ['route a: uris is ["/a"], not ["/b"]', 'route b is missing'] }],
      healedAt: 44_000,
    },
  ],
}

/** A recorded drill of 80 s: us-east-1 can take no configuration from 10 s to 40 s; no call fails. */
export function recordedIndependentDrill(
  change: Partial<DrillEvidence> = {},
  seen: Partial<Observations> = {},
): DrillEvidence {
  const marks: ClockMarks = {
    ...{ struck: 10_000, t0: 10_300, t1: null, t2: null, t3: null },
    ...{ t4: null, t5: 10_300, t6: 44_500, t7: 50_000 },
  }
  const base = recordedDrill()
  const [east, west] = [{ lineage: 'e' }, { lineage: 'w', epoch: 2 }]
  return {
    ...base,
    drill,
    prediction: predict(drill),
    seen: {
      ...base.seen,
      calls: base.seen.calls.map(({ scheduled }) => call(scheduled)),
      controlPlanes: [0, 2_000, 9_000].flatMap((sent) => [
        controlPlane('us-east-1', sent, east),
        controlPlane('eu-west-1', sent, west),
      ]),
      dataPlanes: [
        dataPlane('us-east-1', 1_000, east),
        dataPlane('eu-west-1', 1_000, west),
        dataPlane('us-east-1', 60_000, { ...east, revision: 5, hash: 'bb' }),
        dataPlane('eu-west-1', 60_000, { ...west, revision: 7, hash: 'bb' }),
      ],
      editions: [
        ...[500, 2_000].flatMap((sent) => [edition('us-east-1', sent, '1'), edition('eu-west-1', sent, '1')]),
        ...[edition('eu-west-1', 16_000, '2'), edition('us-east-1', 45_000, '2')],
      ],
      writes: [write(1, 500), write(1, 500, { region: 'eu-west-1', epoch: 2, id: 'write-1-eu' })],
      ...seen,
    },
    marks,
    served: [
      { region: 'us-east-1', asked: 1, missing: [] },
      { region: 'eu-west-1', asked: 1, missing: [] },
    ],
    ledger: {
      ...base.ledger,
      missing: [
        { region: 'us-east-1', ids: [] },
        { region: 'eu-west-1', ids: [] },
      ],
    },
    reconciliation: HEALED,
    ...change,
  }
}
