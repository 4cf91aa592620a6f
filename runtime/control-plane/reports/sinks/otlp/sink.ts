import type { HrTime } from '@opentelemetry/api'
import type { DataPoint, MetricData, ResourceMetrics, SumMetricData } from '@opentelemetry/sdk-metrics'
import { LATENCY_BOUNDS, STATUS_CLASSES } from '../../../../model/call-report.ts'
import type { OtlpSettings } from '../../../../model/report-sink-settings.ts'
import type { CallSum } from '../../call-sums.ts'
import { figuresOf } from '../call-figures.ts'
import { labelsOf, mergeByLabels } from '../merge-batches.ts'
import { type ReportSink, type SinkBatch, SinkRefusal } from '../report-sink.ts'

/** The exporter tries again by itself within this, and tells nobody. Milliseconds. */
const EXPORT_TIMEOUT = 5_000

type Attributes = DataPoint<number>['attributes']

/**
 * Deltas, over OTLP/HTTP as JSON, to a collector's address such as `http://collector:4318/v1/metrics`. The protocol has
 * no id for what comes again: a delivery whose answer was lost is counted twice by a collector that adds deltas up.
 */
export async function openOtlpSink({ url, headers = {} }: OtlpSettings): Promise<ReportSink> {
  const [{ OTLPMetricExporter }, metrics, { resourceFromAttributes }, { ValueType }] = await Promise.all([
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/api'),
  ])
  const exporter = new OTLPMetricExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT })
  const resource = resourceFromAttributes({ 'service.name': 'antipode' })
  const { AggregationTemporality, DataPointType } = metrics
  const describe = (name: string, description: string, unit: string, isWhole = true) => ({
    descriptor: { name, description, unit, valueType: isWhole ? ValueType.INT : ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.DELTA,
  })

  function metricsOf(batches: readonly SinkBatch[]): MetricData[] {
    const rows = [...mergeByLabels(batches).values()]
    const endTime = hrTime(Math.max(...batches.map(({ at }) => at)))
    const points = <T>(read: (row: CallSum) => [Attributes, T][]): DataPoint<T>[] =>
      rows.flatMap((row) =>
        read(row).map(([attributes, value]) => ({
          ...{ startTime: hrTime(row.at), endTime, value },
          attributes: { ...labelsOf(row), ...attributes },
        })),
      )
    const sum: Pick<SumMetricData, 'dataPointType' | 'isMonotonic'> = {
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
    }
    return [
      {
        ...describe('antipode.calls', 'Calls that data planes served.', '{call}'),
        ...sum,
        dataPoints: points((row) => {
          const { statuses } = figuresOf(row)
          return STATUS_CLASSES.map((status, place) => [{ status }, statuses[place]!])
        }),
      },
      {
        ...describe('antipode.call.io', 'Bytes from and to clients.', 'By'),
        ...sum,
        dataPoints: points((row) => {
          const { ingress, egress } = figuresOf(row)
          return [
            [{ direction: 'ingress' }, ingress],
            [{ direction: 'egress' }, egress],
          ]
        }),
      },
      {
        ...describe('antipode.call.duration', 'How long calls took.', 'ms', false),
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: points((row) => {
          const { calls, latency, time } = figuresOf(row)
          const buckets = { boundaries: [...LATENCY_BOUNDS], counts: [...latency] }
          return [[{}, { buckets, sum: time, count: calls }]]
        }),
      },
    ]
  }

  return {
    async deliver(batches) {
      const scopeMetrics = [{ scope: { name: 'antipode' }, metrics: metricsOf(batches) }]
      const exported: ResourceMetrics = { resource, scopeMetrics }
      await new Promise<void>((resolve, reject) => {
        exporter.export(exported, ({ code, error }) => {
          if (code === 0) resolve()
          else reject(sinkError(error ?? new Error('it does not say why')))
        })
      })
    },
    close: () => exporter.shutdown(),
  }
}

/** What the exporter tells of an answer is its status. */
function sinkError(error: Error & { code?: unknown }): Error {
  const isRefused = error.code === 400 || error.code === 413
  return isRefused ? new SinkRefusal(`it answered ${error.code}: ${error.message}`, { cause: error }) : error
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000]
}
