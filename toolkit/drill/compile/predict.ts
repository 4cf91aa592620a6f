import { Duration, recoveryBound } from '../../../topology/index.ts'
import type { CompiledDrill } from './compile-drill.ts'

export interface CohortPrediction {
  readonly cohort: string
  /** Longest time without service. */
  readonly rto: Duration
  readonly arithmetic: string
}

/** Milliseconds within which a change of configuration has been acknowledged and is served in every region. */
const CORRECTION = 10_000

/** What arithmetic says before anything runs; what is measured above it is a finding. */
export interface Prediction {
  /** Null where no health check will fail, so nothing is there to detect by one. */
  readonly detect: Duration | null
  readonly cohorts: readonly CohortPrediction[]
  /** Of the slowest cohort. */
  readonly rto: Duration
  /** Acknowledged revisions that may be lost; null where the topology bounds them by time only. */
  readonly rpo: number | null
  readonly writersAtOnce: 1
}

export function predict(drill: CompiledDrill): Prediction {
  const { spec, topology, answersMove } = drill
  // A region that writes for itself keeps its disk through every fault, and every other one has what it missed.
  const rpo = drill.independent || topology.database.commit === 'confirmed' ? 0 : null
  if (drill.callsFail && !answersMove) {
    const proof = Math.max(...drill.faults.map(({ prove }) => prove.within.milliseconds))
    const rto = new Duration(proof + CORRECTION)
    const arithmetic = `${new Duration(proof)} until it is proved + ${new Duration(CORRECTION)} to take it back everywhere = ${rto}`
    const cohorts = spec.traffic.cohorts.map(({ name }) => ({ cohort: name, rto, arithmetic }))
    return { detect: null, cohorts, rto, rpo, writersAtOnce: 1 }
  }
  if (!answersMove) {
    const cohorts = spec.traffic.cohorts.map(({ name }) => {
      return { cohort: name, rto: new Duration(0), arithmetic: 'the answering data plane is not touched = 0 s' }
    })
    return { detect: null, cohorts, rto: new Duration(0), rpo, writersAtOnce: 1 }
  }
  const cohorts = spec.traffic.cohorts.map(({ name, kind }) => {
    // A fresh resolver holds nothing beyond the TTL; kept connections add what the topology allows clients.
    const bound = recoveryBound(topology, kind === 'fresh' ? { clientTail: new Duration(0) } : {})
    return { cohort: name, rto: bound.total, arithmetic: bound.arithmetic }
  })
  const rto = new Duration(Math.max(...cohorts.map((cohort) => cohort.rto.milliseconds)))
  return { detect: recoveryBound(topology).detection, cohorts, rto, rpo, writersAtOnce: 1 }
}
