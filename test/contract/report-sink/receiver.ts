import type { ReportSinkSettings } from '../../../runtime/model/report-sink-settings.ts'

/** The other side of a sink, on a port of its own that it keeps while it is down. */
export interface Receiver {
  readonly settings: ReportSinkSettings
  /** Calls of a route that it has been told of, as whoever asks it would count them. */
  calls(route: string): Promise<number>
  /** Is out of reach until it is started again. */
  down(): Promise<void>
  up(): Promise<void>
  /** Takes in what comes next, and does not say so. */
  loseNextAnswer(): void
  stop(): Promise<void>
}
