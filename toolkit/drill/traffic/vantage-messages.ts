import {
  type AnswerSample,
  CALL_OUTCOMES,
  type Call,
  type CallOutcome,
  type CertificateSample,
  type ControlPlaneSample,
  type DataPlaneSample,
  type EditionSample,
  type Probe,
} from '../measure/observations.ts'
import type { CallTemplate, Cohort } from '../spec/drill-spec.ts'
import type { DnsServer } from './dns-client.ts'

/** Where a region's gateways take calls. */
export interface GatewayAddress {
  /** The region's. */
  readonly name: string
  readonly address: string
  readonly gatewayPort: number
}

/** A region as a vantage point may reach it. */
export interface ReachableRegion extends GatewayAddress {
  readonly status: string
  readonly admin: string
  readonly adminKey: string | null
  readonly database: { readonly address: string; readonly port: number }
  /** Base URL of the sync listener. */
  readonly sync: string
  /** `address:port` of the drill's own upstream there; null where it has none. */
  readonly upstream: string | null
}

/** All that a vantage point's process is told, once. Times are milliseconds. */
export interface VantageOrder {
  readonly vantage: string
  /** Which of the vantage points this is, from 0, and how many there are. */
  readonly place: { readonly index: number; readonly of: number }
  readonly host: string
  readonly dns: DnsServer
  /** The region it says it is nearest to, where the GSLB asks for that. */
  readonly nearest: string | null
  readonly regions: readonly ReachableRegion[]
  /**
   * In place of `regions`, which is empty: gateways that are deployed, one for each of their addresses. They speak TLS
   * and prove to be `host`; their upstreams are real ones, whose answers need not be 200.
   *
   * @default none: everything runs here
   */
  readonly deployed?: readonly GatewayAddress[]
  /** What to probe; everything else is left alone. */
  readonly probes: readonly { readonly region: string; readonly part: Probe['part'] }[]
  /** Regions whose certificate is looked at. */
  readonly certificates: readonly string[]
  /** Regions whose gateway is asked for the drill's own configuration. */
  readonly editions: readonly string[]
  readonly cohorts: readonly Cohort[]
  readonly calls: readonly CallTemplate[]
  /** Calls per second of this vantage point. */
  readonly rate: number
  /** Monotonic time of its first call. */
  readonly start: number
  readonly timeout: number
  readonly clientTail: number
}

/** cohort, scheduled, sent, ended, dialled, answered, status, outcome: indexes into the order's lists, −1 for none. */
export type CallRow = readonly [number, number, number, number, number, number, number, number]

/** What a vantage point saw since its last message. */
export interface VantageReport {
  readonly calls: readonly CallRow[]
  readonly probes: readonly Probe[]
  readonly controlPlanes: readonly ControlPlaneSample[]
  readonly dataPlanes: readonly DataPlaneSample[]
  readonly answers: readonly AnswerSample[]
  readonly certificates: readonly CertificateSample[]
  readonly editions: readonly EditionSample[]
  /** Every call that was due before this monotonic time has ended. */
  readonly settledUntil: number
}

/** Everything that callers may reach, wherever it runs. */
export function gatewaysOf({ regions, deployed }: VantageOrder): readonly GatewayAddress[] {
  return deployed ?? regions
}

export function toRow(order: VantageOrder, call: Call): CallRow {
  return [
    order.cohorts.findIndex(({ name }) => name === call.cohort),
    call.scheduled,
    call.sent,
    call.ended,
    gatewaysOf(order).findIndex(({ name }) => name === call.dialled),
    gatewaysOf(order).findIndex(({ name }) => name === call.answered),
    call.status,
    CALL_OUTCOMES.indexOf(call.outcome),
  ]
}

export function fromRow(order: VantageOrder, row: CallRow): Call {
  const [cohort, scheduled, sent, ended, dialled, answered, status, outcome] = row
  return {
    vantage: order.vantage,
    cohort: order.cohorts[cohort]!.name,
    scheduled,
    sent,
    ended,
    dialled: gatewaysOf(order)[dialled]?.name ?? null,
    answered: gatewaysOf(order)[answered]?.name ?? null,
    status,
    outcome: CALL_OUTCOMES[outcome] as CallOutcome,
  }
}
