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
import { openSink } from './sinks/open-sink.ts'
import type { ReportSink } from './sinks/report-sink.ts'
import { SinkDelivery } from './sinks/sink-delivery.ts'

export interface ReportsOptions {
  readonly config: RuntimeConfig
  readonly control: RegionControlPlane
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  readonly admin: FastifyInstance
  readonly logger: Logger
}

interface NamedSink {
  readonly name: string
  readonly sink: ReportSink
}

/** Opens the sinks that are configured. */
export async function openReports(options: ReportsOptions): Promise<Reports> {
  const { sinks } = options.config.controlPlane.reports
  const open = sinks.map(async (settings) => ({ name: settings.name, sink: await openSink(settings) }))
  return new Reports(options, await Promise.all(open))
}

/** Everything of one control plane that has to do with reports of calls. */
export class Reports {
  /** For `receiveReports`. */
  readonly services: ReportServices
  readonly #intake: ReportIntake
  readonly #relay: ReportRelay
  readonly #retention: RetentionOfReports
  readonly #sinks: readonly { readonly name: string; readonly delivery: SinkDelivery }[]

  /** Adds the endpoints that read them to the Admin API. */
  constructor({ config, control, tls, admin, logger }: ReportsOptions, sinks: readonly NamedSink[]) {
    const { region, controlPlane } = config
    const { database, reports: retention } = controlPlane
    const mayWrite = () => control.feed !== undefined && (control.role === 'active' || control.role === 'solo')
    const bounds = { size: retention.outboxSize, age: retention.outboxAge * 1000 }
    this.#sinks = sinks.map(({ name, sink }) => {
      return { name, delivery: new SinkDelivery({ name, database, bounds, sink, mayDeliver: mayWrite, logger }) }
    })
    this.#intake = new ReportIntake({
      ...{ region, database, logger, sinks: this.#sinks.map(({ name }) => name) },
      onTaken: () => {
        for (const { delivery } of this.#sinks) delivery.notice()
      },
    })
    this.#relay = new ReportRelay(tls)
    this.services = {
      region,
      intake: this.#intake,
      relay: this.#relay,
      role: () => control.role,
      leader: () => control.leader?.address,
      peer: controlPlane.peer?.host ?? null,
    }
    this.#retention = new RetentionOfReports({ database, retention, logger }, mayWrite)
    addReportEndpoints(admin, { database, region, sinks: retention.sinks })
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
      this.#ofSinks('delivered', 'Calls that a sink was told of by this control plane.', 'deliveredCalls'),
      this.#ofSinks('dropped', 'Calls that a sink was never told of, dropped by this control plane.', 'droppedCalls'),
    ]
  }

  async close(): Promise<void> {
    this.#retention.close()
    await Promise.all([this.#intake.close(), this.#relay.close()])
    await Promise.all(this.#sinks.map(({ delivery }) => delivery.close()))
  }

  #ofSinks(what: string, help: string, count: keyof SinkDelivery['counts']): Metric {
    const samples = () =>
      this.#sinks.map(({ name, delivery }) => ({ labels: { sink: name }, value: delivery.counts[count] }))
    return { name: `antipode_report_sink_${what}_calls_total`, help, type: 'counter', samples }
  }
}
