import { HttpListener } from './http-listener.ts'
import type { Receiver } from './receiver.ts'

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

interface Exported {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string
        readonly sum?: {
          readonly aggregationTemporality: number
          readonly isMonotonic: boolean
          readonly dataPoints: readonly { readonly attributes: readonly Attribute[]; readonly asInt: number | string }[]
        }
      }[]
    }[]
  }[]
}

/** AGGREGATION_TEMPORALITY_DELTA of the protocol. */
const DELTA = 1

/** A collector that adds up deltas, as OTLP/HTTP's JSON form brings them. */
export async function otlpReceiver(): Promise<Receiver> {
  const totals = new Map<string, number>()
  const listener = new HttpListener(({ method, path, headers, body }) => {
    if (method !== 'POST' || path !== '/v1/metrics') return { status: 404 }
    if (headers['content-type'] !== 'application/json' || headers['x-tenant'] !== 'payments') return { status: 400 }
    const { resourceMetrics } = JSON.parse(String(body)) as Exported
    const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    const { sum } = metrics.find(({ name }) => name === 'antipode.calls')!
    if (sum?.aggregationTemporality !== DELTA || !sum.isMonotonic) return { status: 400 }
    for (const { attributes, asInt } of sum.dataPoints) {
      const route = attributes.find(({ key }) => key === 'route')?.value.stringValue ?? ''
      totals.set(route, (totals.get(route) ?? 0) + Number(asInt))
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
  })
  await listener.up()
  return {
    settings: {
      ...{ name: 'otlp', type: 'otlp', url: `${listener.url}/v1/metrics` },
      headers: { 'X-Tenant': 'payments' },
    },
    calls: async (route) => totals.get(route) ?? 0,
    up: () => listener.up(),
    down: () => listener.down(),
    loseNextAnswer: () => listener.loseNextAnswer(),
    stop: () => listener.down(),
  }
}
