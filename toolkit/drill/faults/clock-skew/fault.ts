import { parseDuration } from '../../../../topology/index.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegion } from '../targets.ts'
import { proveClockSkew } from './proof.ts'
import { undoClockSkew } from './undo.ts'

export interface ClockSkewPlan extends FaultPlan {
  readonly region: string
  /** Milliseconds ahead; behind when negative. */
  readonly by: number
}

/**
 * The wall clock of a region's control plane jumps while it runs. Leases obey a second, monotonic clock, and end as
 * soon as either says so; certificates, tokens and times in answers have only this one.
 */
export const clockSkew: Fault<ClockSkewPlan> = {
  name: 'clock-skew',
  summary: "let the wall clock of a region's control plane jump",
  fields: ['by'],
  usage: '<region> <duration>',
  example: 'fault clock-skew us-east-1 10m',
  witness: 'writer',
  fact: 'a clock apart',

  entryOf: (words) => (words.length === 2 ? { 'clock-skew': words[0], by: words[1] } : undefined),
  read(entry, regions, problem) {
    const region = readRegion('clock-skew', entry['clock-skew'], regions, problem)
    const by = readJump(entry.by)
    if (by === undefined) problem('by', entry.by, 'give a jump of 10s to 30d, ahead or, with a minus, back: 10m, -10m')
    return region === undefined || by === undefined ? undefined : { fault: 'clock-skew', region, by }
  },
  describe: ({ region, by }) => `${region}: the control plane's clock ${distance(by)}`,
  headline: ({ region, by }) => `the clock of ${region}'s control plane went ${distance(by)}`,
  reach: ({ region }) => ({ regions: [{ region, parts: ['control-plane'] }], links: [] }),
  refuse({ region }, topology, problem) {
    if (topology.regions[region]?.role !== 'standby') return
    problem('clock-skew', region, 'takes no write, whose times would show it; name the region that writes')
  },
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  inject: (topology, { region, by }) => topology.afflict({ kind: 'clock', region, milliseconds: by }),
  prove: proveClockSkew,
  undo: undoClockSkew,
}

function distance(by: number): string {
  return `${Math.abs(by) / 1_000} s ${by < 0 ? 'behind' : 'ahead'}`
}

function readJump(value: unknown): number | undefined {
  const [, minus, length = ''] = /^(-?)(.*)$/.exec(String(value)) ?? []
  try {
    const by = parseDuration(length).milliseconds
    if (by < 10_000 || by > 30 * 86_400_000) return undefined
    return minus ? -by : by
  } catch {
    return undefined
  }
}
