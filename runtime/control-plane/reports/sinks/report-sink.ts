import type { CallSum } from '../call-sums.ts'

/** Calls that were taken in together and go to a sink together, once or, where that fails, again. */
export interface SinkBatch {
  /** The same each time that it is delivered. */
  readonly id: string
  /** When it was taken in, milliseconds since 1970. */
  readonly at: number
  readonly rows: readonly CallSum[]
}

/** One place outside that is told of the calls that data planes report. */
export interface ReportSink {
  /**
   * Resolves once the other side has taken everything. The same batches may come again where it is not known whether
   * they arrived.
   *
   * @throws SinkRefusal where the other side will never take them, and anything else where it may later
   */
  deliver(batches: readonly SinkBatch[]): Promise<void>
  close(): Promise<void>
}

/** The other side has understood, and does not want it. */
export class SinkRefusal extends Error {
  override readonly name = 'SinkRefusal'
}

/** Milliseconds that a sink has for one delivery. */
export const DELIVERY_TIMEOUT = 15_000
