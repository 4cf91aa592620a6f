import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveStaleConfig } from './proof.ts'
import { undoStaleConfig } from './undo.ts'

export interface StaleConfigPlan extends FaultPlan {
  readonly region: string
}

/**
 * The writing region comes back from an old snapshot: a database of the same epoch in which the newest writes are
 * missing. Its control plane may neither write nor offer it to data planes, and data planes must not take it.
 */
export const staleConfig: Fault<StaleConfigPlan> = {
  name: 'stale-config',
  summary: 'bring the writing region back from an old snapshot',
  fields: [],
  usage: '<region>',
  example: 'fault stale-config us-east-1',
  witness: 'vantage',
  fact: 'an older revision offered',

  entryOf: (words) => loneRegionEntry('stale-config', words),
  read(entry, regions, problem) {
    const region = readRegion('stale-config', entry['stale-config'], regions, problem)
    return region === undefined ? undefined : { fault: 'stale-config', region }
  },
  describe: ({ region }) => `${region}: control plane and database back from an old snapshot`,
  headline: ({ region }) => `${region} came back with an old configuration`,
  reach: ({ region }) => ({ regions: [{ region, parts: ['control-plane', 'database'] }], links: [] }),
  refuse({ region }, topology, problem) {
    if (topology.mode === 'active-active') {
      const change = 'would write into the old copy, and lose that when the newest files come back'
      problem('stale-config', region, `${change}; to miss a change: lose its control-plane and database`)
    }
    if (topology.regions[region]?.role !== 'standby') return
    problem('stale-config', region, 'streams what it misses at once; name the region that writes')
  },
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.region === region,
  inject: (topology, { region }) => topology.afflict({ kind: 'old-snapshot', region }),
  prove: proveStaleConfig,
  undo: undoStaleConfig,
}
