import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegion } from '../targets.ts'
import { proveStaleConfig } from './proof.ts'
import { undoStaleConfig } from './undo.ts'

/** What it comes back from: a copy of its database, or a recording of what it sent to data planes. */
export const SOURCES = ['backup', 'recording'] as const

export interface StaleConfigPlan extends FaultPlan {
  readonly region: string
  readonly from: (typeof SOURCES)[number]
}

/**
 * A region comes back from the past.
 *
 * From a backup it is the writing region, in a database of the same epoch in which the newest writes are missing: its
 * control plane may neither write nor offer it to data planes. From a recording its control plane is one that offers
 * data planes what it published in an earlier epoch, with the seal that it had: nobody but they can know better.
 */
export const staleConfig: Fault<StaleConfigPlan> = {
  name: 'stale-config',
  summary: 'bring a region back from an old snapshot, or have its data planes offered what was published before',
  fields: ['from'],
  usage: '<region> [backup|recording]',
  example: 'fault stale-config us-east-1',
  witness: 'vantage',
  fact: 'an older revision offered',

  entryOf([region, from, ...rest]) {
    if (region === undefined || rest.length > 0) return undefined
    return { 'stale-config': region, ...(from === undefined ? {} : { from }) }
  },
  read(entry, regions, problem) {
    const region = readRegion('stale-config', entry['stale-config'], regions, problem)
    const from = SOURCES.find((source) => source === (entry.from ?? 'backup'))
    if (from === undefined) problem('from', entry.from, 'write backup, or recording: what was published before')
    return region === undefined || from === undefined ? undefined : { fault: 'stale-config', region, from }
  },
  describe: ({ region, from }) =>
    from === 'backup'
      ? `${region}: control plane and database back from an old snapshot`
      : `${region}: data planes offered what was published in an earlier epoch`,
  headline: ({ region, from }) =>
    from === 'backup'
      ? `${region} came back with an old configuration`
      : `the data planes of ${region} were offered an old configuration`,
  reach: ({ region, from }) => ({
    regions: [{ region, parts: from === 'backup' ? ['control-plane', 'database'] : ['data-plane'] }],
    links: [],
  }),
  needs: ({ from }) => (from === 'recording' ? ['inner-links'] : []),
  refuse({ region, from }, topology, problem) {
    if (from === 'recording') {
      if (topology.mode === 'active-passive') return
      problem('from', from, 'needs an earlier epoch, and regions that write for themselves begin no other')
      return
    }
    if (topology.mode === 'active-active') {
      const change = 'would write into the old copy, and lose that when the newest files come back'
      problem('stale-config', region, `${change}; to miss a change: lose its control-plane and database`)
    }
    if (topology.regions[region]?.role !== 'standby') return
    problem('stale-config', region, 'streams what it misses at once; name the region that writes')
  },
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.from === 'backup' && plan.region === region,
  async inject(topology, { region, from }, scene) {
    if (from === 'backup') return topology.afflict({ kind: 'old-snapshot', region })
    // What is recorded becomes that of an earlier epoch when the right to write moves; by hand the operator moves it.
    await Promise.all([topology.afflict({ kind: 'old-frames', region }), scene?.moveWriterAround()])
  },
  prove: proveStaleConfig,
  undo: undoStaleConfig,
}
