import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveLostSlot } from './proof.ts'
import { undoLostSlot } from './undo.ts'

export interface LostSlotPlan extends FaultPlan {
  /** The standby that streams through the slot. */
  readonly region: string
}

/**
 * The writer forgets the slot through which a standby streams, as where its log grew too long. The standby answers
 * reads and stays in the past; nothing can be confirmed, so the writer acknowledges nothing.
 */
export const lostSlot: Fault<LostSlotPlan> = {
  name: 'lost-slot',
  summary: "drop the replication slot of a region's standby",
  fields: [],
  usage: '<region>',
  example: 'fault lost-slot us-west-2',
  witness: 'vantage',
  fact: 'the stream ended',

  entryOf: (words) => loneRegionEntry('lost-slot', words),
  read(entry, regions, problem) {
    const region = readRegion('lost-slot', entry['lost-slot'], regions, problem)
    return region === undefined ? undefined : { fault: 'lost-slot', region }
  },
  describe: ({ region }) => `${region}: its replication slot dropped`,
  headline: ({ region }) => `${region} lost its replication slot`,
  reach: ({ region }) => ({ regions: [{ region, parts: ['database'] }], links: [] }),
  refuse({ region }, topology, problem) {
    if (topology.regions[region]?.role === 'standby') return
    problem('lost-slot', region, 'streams from no other region; name a standby')
  },
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  inject: (topology, { region }) => topology.afflict({ kind: 'lost-slot', region }),
  prove: proveLostSlot,
  undo: undoLostSlot,
}
