import { Duration } from './duration.ts'
import type { CloudflareSettings, Gslb } from './topology.ts'

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

/**
 * How long one probe of a Cloudflare monitor may take, as `CloudflareGslb` sets it: Cloudflare's own default, without
 * the retries that would come right after. An interval must be longer than `timeout × (retries + 1)`, so 5 s leave room
 * for every interval that Cloudflare offers.
 */
export const CLOUDFLARE_PROBE_TIMEOUT = new Duration(5_000)

/** What of a GSLB the bound follows from. */
export type BoundGslb = Pick<Gslb, 'provider' | 'ttl' | 'clientTail' | 'health'> & {
  readonly cloudflare?: Pick<CloudflareSettings, 'plan' | 'proxied'>
}

/** The longest that callers of a lost region wait until they reach another one, and what it is made of. */
export interface RecoveryBound {
  /** From the fault until the answer changes, or an accelerator sends callers elsewhere. */
  readonly detection: Duration
  /** Zero behind an accelerator, or Cloudflare's proxy, whose addresses never change. */
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
 * The one interval more is for the fault that begins right after a probe; an accelerator adds its own shift. This is the
 * only place that computes it.
 *
 * Cloudflare asks from three data centres in each region that checks; a region is down when most of its three say so, an
 * endpoint when most regions do (developers.cloudflare.com/load-balancing/understand-basics/health-details). They ask at
 * the same interval beside each other, so their number adds nothing. What it takes to spread the verdict is published
 * nowhere and not part of the bound.
 */
export function recoveryBound(
  topology: { readonly gslb: BoundGslb },
  options: RecoveryBoundOptions = {},
): RecoveryBound {
  const { gslb } = topology
  const { interval, threshold } = gslb.health
  const shift = gslb.provider === 'accelerator' ? [ACCELERATOR_SHIFT] : []
  const byDns = answersByDns(gslb)
  const ttl = byDns ? gslb.ttl : new Duration(0)
  const clientTail = options.clientTail ?? gslb.clientTail
  const probe = gslb.provider === 'cloudflare' ? CLOUDFLARE_PROBE_TIMEOUT : PROBE_TIMEOUT[options.probe ?? 'http']
  const detection = options.decision ?? sum(new Duration(interval.milliseconds * (threshold + 1)), probe, ...shift)
  const total = sum(detection, ttl, clientTail)
  const noticed = options.decision
    ? `${options.decision} decision`
    : `${interval} × (${threshold} + 1) detection + ${probe} probe${shift.map((it) => ` + ${it} shift`).join('')}`
  const arithmetic = `${noticed}${byDns ? ` + ${ttl} TTL` : ''} + ${clientTail} client tail = ${total}`
  return { detection, ttl, clientTail, total, arithmetic, detectionArithmetic: `${noticed} = ${detection}` }
}

/** Whether moving callers takes another DNS answer, which resolvers keep for a TTL. */
export function answersByDns({ provider, cloudflare }: BoundGslb): boolean {
  return provider !== 'accelerator' && !(provider === 'cloudflare' && cloudflare?.proxied)
}

function sum(...parts: readonly Duration[]): Duration {
  return new Duration(parts.reduce((total, part) => total + part.milliseconds, 0))
}
