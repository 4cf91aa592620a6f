import type { Topology } from '../../topology/index.ts'

/** What no stack tells, and a bill depends on. All of it can be overridden. */
export interface Usage {
  /** Calls of an average second, as a share of the topology's peak. */
  readonly averageLoad: number
  /** What a call brings in and its answer takes out, in kilobytes, each. */
  readonly requestKilobytes: number
  readonly responseKilobytes: number
  /** The share of calls whose upstream is reached through a NAT gateway, and not in the network or over a link. */
  readonly throughNat: number
  /** Calls that a caller makes over one connection. */
  readonly callsPerConnection: number
  /** How long a connection lives, in seconds. */
  readonly connectionSeconds: number
  /** Resolvers' questions to the public zone, in millions a month. */
  readonly dnsMillions: number
  /** What a task logs in a month, in gigabytes. */
  readonly logGigabytesPerTask: number
  /** What databases and control planes send to each other region in a month, in gigabytes. */
  readonly replicatedGigabytes: number
  /** What a database holds, in gigabytes, and which share of it changes in a day: its backups are incremental. */
  readonly databaseGigabytes: number
  readonly databaseChangePerDay: number
}

export const USAGE: Usage = {
  averageLoad: 0.1,
  requestKilobytes: 1,
  responseKilobytes: 4,
  throughNat: 0,
  callsPerConnection: 100,
  connectionSeconds: 60,
  dnsMillions: 10,
  logGigabytesPerTask: 1,
  replicatedGigabytes: 20,
  databaseGigabytes: 10,
  databaseChangePerDay: 0.05,
}

/** Hours of a month on AWS's bills, on average. */
export const HOURS = 730

/** What callers ask of a region in a month. */
export interface Demand {
  readonly callsPerSecond: number
  readonly inGigabytes: number
  readonly outGigabytes: number
}

/** The demand that a share of all calls makes. */
export function demand(topology: Topology, usage: Usage, share: number): Demand {
  const callsPerSecond = topology.peak.value * usage.averageLoad * share
  const gigabytes = (kilobytes: number) => (callsPerSecond * 3_600 * HOURS * kilobytes) / 1_000_000
  return {
    callsPerSecond,
    inGigabytes: gigabytes(usage.requestKilobytes),
    outGigabytes: gigabytes(usage.responseKilobytes),
  }
}

/** The share of all calls that a region takes while every region is healthy. */
export function usualShare({ mode, regions, gslb }: Topology, name: string): number {
  const region = regions[name]
  if (!region) return 0
  const serving = Object.values(regions).filter(({ role }) => role !== 'standby')
  if (region.role === 'standby') return 0
  if (mode === 'active-passive' && gslb.policy === 'failover') return region.role === 'primary' ? 1 : 0
  if (gslb.policy !== 'weighted') return 1 / serving.length
  const all = serving.reduce((sum, { callers }) => sum + callers.weight, 0)
  return all === 0 ? 0 : region.callers.weight / all
}
