import { AsyncLocalStorage } from 'node:async_hooks'
import type * as Api from '@opentelemetry/api'
import type { Sampler } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { RUNTIME_VERSION } from '../../model/runtime-version.ts'
import type { WriteTrace } from '../store/write-trace.ts'
import { readTraceParent, type TraceParent, writeTraceParent } from './trace-parent.ts'
import { readTracingSettings, type TracingSettings } from './tracing-settings.ts'

export interface TracingOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly region: string
  readonly logger: Pick<Logger, 'warn'>
}

/** Milliseconds that spans have to be sent when the process ends. */
const LAST_WORDS = 5_000

/**
 * The spans of calls and of what happens in them, sent by OTLP over HTTP to wherever OpenTelemetry's own variables
 * say. Without these nothing of OpenTelemetry is loaded.
 */
export class Tracing {
  readonly #api: typeof Api
  readonly #tracer: Api.Tracer
  readonly #current = new AsyncLocalStorage<CallTrace>()
  readonly #shutDown: () => Promise<void>

  /** Undefined where nobody is to be sent traces. */
  static async open({ env, region, logger }: TracingOptions): Promise<Tracing | undefined> {
    const settings = readTracingSettings(env)
    if (!settings) return undefined
    const [api, sdk, resources, { OTLPTraceExporter }] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ])
    const warn = (message: string, ...rest: unknown[]) => logger.warn({ details: rest.map(String) }, message)
    const silent = () => {}
    api.diag.setLogger(
      { error: warn, warn, info: silent, debug: silent, verbose: silent },
      { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true },
    )
    const named = resources.resourceFromAttributes({
      ...{ 'service.name': 'antipode-control-plane', 'service.version': RUNTIME_VERSION, 'antipode.region': region },
    })
    const given = resources.detectResources({ detectors: [resources.envDetector] })
    const provider = new sdk.TracerProvider({
      resource: resources.defaultResource().merge(named).merge(given),
      sampler: samplerOf(sdk, settings),
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...settings.batch })],
    })
    return new Tracing(api, provider.getTracer('antipode', RUNTIME_VERSION), () => provider.shutdown())
  }

  private constructor(api: typeof Api, tracer: Api.Tracer, shutDown: () => Promise<void>) {
    this.#api = api
    this.#tracer = tracer
    this.#shutDown = shutDown
  }

  /**
   * A call that has come in.
   *
   * @param traceparent as its client sent it
   * @param at when it came, in milliseconds since 1970
   */
  begin(name: string, traceparent: unknown, attributes: Api.Attributes, at: number): CallTrace {
    const { ROOT_CONTEXT, SpanKind, trace } = this.#api
    const parent = readTraceParent(traceparent)
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, startTime: at }, context)
    const inside = trace.setSpan(context, span)
    return new CallTrace(span, (part, from, to, more) => {
      this.#tracer.startSpan(part, { startTime: from, attributes: more }, inside).end(to)
    })
  }

  /** Runs what happens in a call, so that it is known to be of this call. */
  within<T>(call: CallTrace, work: () => T): T {
    return this.#current.run(call, work)
  }

  /** What follows a write that is handed over at this moment; undefined where it belongs to no call that is recorded. */
  write(): WriteTrace | undefined {
    const call = this.#current.getStore()
    return call?.isRecorded ? call.write() : undefined
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, LAST_WORDS).unref())
    await Promise.race([this.#shutDown().catch(() => {}), late])
  }
}

type Part = (name: string, from: number, to: number, attributes: Api.Attributes) => void

/** One call and its parts: `validate`, `commit wait`, `confirm`, `publish`. Times are milliseconds since 1970. */
export class CallTrace {
  readonly #span: Api.Span
  readonly #part: Part
  /** When its body had been read. */
  #read: number | undefined

  constructor(span: Api.Span, part: Part) {
    this.#span = span
    this.#part = part
  }

  get isRecorded(): boolean {
    return this.#span.isRecording()
  }

  get parent(): TraceParent {
    const { traceId, spanId, traceFlags } = this.#span.spanContext()
    return { traceId, spanId, traceFlags }
  }

  /** For those who are called on behalf of this call. */
  get header(): string {
    return writeTraceParent(this.parent)
  }

  /** Its body is there: what comes before it is handed over is its validation. */
  read(): void {
    this.#read = now()
  }

  write(): WriteTrace {
    let since = now()
    if (this.#read !== undefined) this.#part('validate', this.#read, since, {})
    return (step) => {
      const at = now()
      this.#part(PARTS[step], since, at, step === 'committed' ? { 'db.system.name': 'postgresql' } : {})
      since = at
    }
  }

  /** @param failed the call was not answered as it should have been, as a status of 500 or more says */
  end(attributes: Api.Attributes, failed: boolean): void {
    this.#span.setAttributes(attributes)
    if (failed) this.#span.setStatus({ code: FAILED })
    this.#span.end(now())
  }
}

const PARTS = { committed: 'commit wait', confirmed: 'confirm', published: 'publish' } as const
/** `SpanStatusCode.ERROR`. */
const FAILED = 2

/** With fractions, so that parts of less than a millisecond have a length. */
function now(): number {
  return performance.timeOrigin + performance.now()
}

function samplerOf(sdk: typeof import('@opentelemetry/sdk-trace'), { sampler, share }: TracingSettings): Sampler {
  const [, ofParent, name] = /^(parentbased_)?(.*)$/.exec(sampler) ?? []
  const root =
    name === 'always_off'
      ? new sdk.AlwaysOffSampler()
      : name === 'traceidratio'
        ? new sdk.TraceIdRatioBasedSampler(share)
        : new sdk.AlwaysOnSampler()
  return ofParent || !/^(always_o(n|ff)|traceidratio)$/.test(sampler) ? new sdk.ParentBasedSampler({ root }) : root
}
