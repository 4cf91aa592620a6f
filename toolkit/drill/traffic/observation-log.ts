import type {
  AnswerSample,
  Call,
  CertificateSample,
  ControlPlaneSample,
  DataPlaneSample,
  EditionSample,
  Observations,
  Probe,
  Write,
} from '../measure/observations.ts'

/** Where everything that is seen is gathered while a drill runs. */
export class ObservationLog implements Observations {
  readonly calls: Call[] = []
  readonly probes: Probe[] = []
  readonly controlPlanes: ControlPlaneSample[] = []
  readonly dataPlanes: DataPlaneSample[] = []
  readonly answers: AnswerSample[] = []
  readonly certificates: CertificateSample[] = []
  readonly editions: EditionSample[] = []
  readonly writes: Write[] = []
  readonly #settled = new Map<string, number>()

  settled(vantage: string, until: number): void {
    this.#settled.set(vantage, until)
  }

  /** Up to this monotonic time every call of every vantage point has ended and is in the log. */
  get settledUntil(): number {
    return this.#settled.size === 0 ? 0 : Math.min(...this.#settled.values())
  }
}
