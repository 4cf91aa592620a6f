import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { RuntimeConfig } from '../../model/runtime-config.ts'
import { countOf, type Metric } from '../operation/exposition.ts'
import type { RegionControlPlane } from '../replication/region-control-plane.ts'
import type { ReportServices } from './receive-reports.ts'
import { addReportEndpoints } from './report-endpoints.ts'
import { ReportIntake } from './report-intake.ts'
import { ReportRelay } from './report-relay.ts'
import { RetentionOfReports } from './report-retention.ts'

export interface ReportsOptions {
  readonly config: RuntimeConfig
  readonly control: RegionControlPlane
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly admin: FastifyInstance
  readonly logger: Logger
}

/** Everything of one control plane that has to do with reports of calls. */
export class Reports {
  /** For `receiveReports`. */
  readonly services: ReportServices
  readonly #intake: ReportIntake
  readonly #relay: ReportRelay
  readonly #retention: RetentionOfReports

  /** Adds the endpoints that read them to the Admin API. */
  constructor({ config, control, tls, admin, logger }: ReportsOptions) {
    const { region, controlPlane } = config
    const { database, reports: retention } = controlPlane
    this.#intake = new ReportIntake({ region, database, logger, sinks: [] })
    this.#relay = new ReportRelay(tls)
    this.services = {
      region,
      intake: this.#intake,
      relay: this.#relay,
      role: () => control.role,
      leader: () => control.leader?.address,
      peer: controlPlane.peer?.host ?? null,
    }
    const mayWrite = () => control.feed !== undefined && (control.role === 'active' || control.role === 'solo')
    this.#retention = new RetentionOfReports({ database, retention, logger }, mayWrite)
    addReportEndpoints(admin, { database, region })
  }

  get metrics(): Metric[] {
    const { counts } = this.#intake
    return [
      countOf('antipode_reports_taken_total', 'Reports of data planes that were taken in.', () => counts.taken),
      countOf(
        'antipode_reports_repeated_total',
        'Reports that came again and were passed over.',
        () => counts.repeated,
      ),
      countOf('antipode_reports_busy_total', 'Reports that were sent away, since too many waited.', () => counts.busy),
      countOf(
        'antipode_reports_dropped_calls_total',
        'Calls that data planes say they had no room to report.',
        () => counts.droppedCalls,
      ),
    ]
  }

  async close(): Promise<void> {
    this.#retention.close()
    await Promise.all([this.#intake.close(), this.#relay.close()])
  }
}
