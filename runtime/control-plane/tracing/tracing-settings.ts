/** Variables of the OpenTelemetry specification that are read here; the exporter reads its own. */
type Env = Readonly<Record<string, string | undefined>>

/** What of the specification's variables matters before anything of OpenTelemetry is loaded. */
export interface TracingSettings {
  /** `parentbased_always_on` and the other names of the specification. */
  readonly sampler: string
  /** Of those that take a share of traces. */
  readonly share: number
  /** Of the batches in which spans are sent: milliseconds and numbers. */
  readonly batch: {
    readonly scheduledDelayMillis?: number
    readonly exportTimeoutMillis?: number
    readonly maxQueueSize?: number
    readonly maxExportBatchSize?: number
  }
}

/** Undefined where nobody is to be sent traces: no endpoint is named, or `OTEL_SDK_DISABLED`, or another exporter. */
export function readTracingSettings(env: Env): TracingSettings | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT
  const exporters = (env.OTEL_TRACES_EXPORTER || 'otlp').split(',').map((name) => name.trim())
  if (!endpoint || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || !exporters.includes('otlp')) return undefined
  const share = Number(env.OTEL_TRACES_SAMPLER_ARG || 1)
  const delay = numberIn(env.OTEL_BSP_SCHEDULE_DELAY)
  const timeout = numberIn(env.OTEL_BSP_EXPORT_TIMEOUT)
  const queue = numberIn(env.OTEL_BSP_MAX_QUEUE_SIZE)
  const most = numberIn(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE)
  return {
    sampler: env.OTEL_TRACES_SAMPLER || 'parentbased_always_on',
    share: share >= 0 && share <= 1 ? share : 1,
    batch: {
      ...(delay !== undefined && { scheduledDelayMillis: delay }),
      ...(timeout !== undefined && { exportTimeoutMillis: timeout }),
      ...(queue !== undefined && { maxQueueSize: queue }),
      ...(most !== undefined && { maxExportBatchSize: Math.min(most, queue ?? most) }),
    },
  }
}

/** What is no number counts as not given, as the specification has it. */
function numberIn(text: string | undefined): number | undefined {
  const number = text ? Number(text) : Number.NaN
  return Number.isInteger(number) && number > 0 ? number : undefined
}
