import { Duration } from './duration.ts'
import type { Gslb } from './topology.ts'

/** What a health checker sends. */
export type Probe = 'http' | 'http-match' | 'tcp'

/**
 * How long one probe of Route 53 may take before it counts as failed: HTTP(S) 4 s to connect and 2 s for the answer,
 * with a string to match 2 s more for the body, TCP 10 s to connect.
 */
export const PROBE_TIMEOUT: Readonly<Record<Probe, Duration>> = {
  http: new Duration(6_000),
  'http-match': new Duration(8_000),
  tcp: new Duration(10_000),
}

/**
 * How long Global Accelerator takes to send callers elsewhere once a balancer reports no healthy target: the figure that
 * AWS publishes, not one that it guarantees.
 */
const ACCELERATOR_SHIFT = new Duration(30_000)

/** What of a GSLB the bound follows from. */
export type BoundGslb = Pick<Gslb, 'provider' | 'ttl' | 'clientTail' | 'health'>

/** The longest that callers of a lost region wait until they reach another one, and what it is made of. */
export interface RecoveryBound {
  /** From the fault until the answer changes, or an accelerator sends callers elsewhere. */
  readonly detection: Duration
  /** Zero behind an accelerator, whose addresses never change. */
  readonly ttl: Duration
  readonly clientTail: Duration
  readonly total: Duration
  /** `10 s × (2 + 1) detection + 6 s probe + 10 s TTL + 5 s client tail = 51 s` */
  readonly arithmetic: string
  /** `10 s × (2 + 1) detection + 6 s probe = 36 s` */
  readonly detectionArithmetic: string
}

export interface RecoveryBoundOptions {
  /** @default 'http' */
  readonly probe?: Probe
  /** Instead of the topology's, for a cohort of callers that knows its own. */
  readonly clientTail?: Duration
  /** The time in which people decide, where a switch they throw takes the place of detection. */
  readonly decision?: Duration
}

/**
 * The recovery bound: detection + TTL + client tail, where detection is `interval × (threshold + 1) + probe timeout`.
 * The one interval more is for the fault that begins right after a probe; an accelerator adds its own shift. This is the only place that computes it.
 */
export function recoveryBound(
  topology: { readonly gslb: BoundGslb },
  options: RecoveryBoundOptions = {},
): RecoveryBound {
  const { interval, threshold } = topology.gslb.health
  const accelerated = topology.gslb.provider === 'accelerator'
  const ttl = accelerated ? new Duration(0) : topology.gslb.ttl
  const clientTail = options.clientTail ?? topology.gslb.clientTail
  const probe = PROBE_TIMEOUT[options.probe ?? 'http']
  const shift = accelerated ? [ACCELERATOR_SHIFT] : []
  const detection = options.decision ?? sum(new Duration(interval.milliseconds * (threshold + 1)), probe, ...shift)
  const total = sum(detection, ttl, clientTail)
  const noticed = options.decision
    ? `${options.decision} decision`
    : `${interval} × (${threshold} + 1) detection + ${probe} probe${accelerated ? ` + ${ACCELERATOR_SHIFT} shift` : ''}`
  const arithmetic = `${noticed}${accelerated ? '' : ` + ${ttl} TTL`} + ${clientTail} client tail = ${total}`
  return { detection, ttl, clientTail, total, arithmetic, detectionArithmetic: `${noticed} = ${detection}` }
}

function sum(...parts: readonly Duration[]): Duration {
  return new Duration(parts.reduce((total, part) => total + part.milliseconds, 0))
}
