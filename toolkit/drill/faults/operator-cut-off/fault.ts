import { AntipodeError } from '../../../../runtime/model/errors.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveOperatorCutOff } from './proof.ts'
import { undoOperatorCutOff } from './undo.ts'

export interface OperatorCutOffPlan extends FaultPlan {
  readonly region: string
}

/**
 * The network between those who configure and one region goes silent: bytes are held, nothing is refused. The region
 * lives, serves its callers and would take configuration, which no longer reaches it.
 */
export const operatorCutOff: Fault<OperatorCutOffPlan> = {
  name: 'operator-cut-off',
  summary: "hold every byte between the drill's operator and a region",
  fields: [],
  usage: '<region>',
  example: 'fault operator-cut-off us-east-1',
  witness: 'writer',
  fact: 'the region out of reach',

  entryOf: (words) => loneRegionEntry('operator-cut-off', words),
  read(entry, regions, problem) {
    const region = readRegion('operator-cut-off', entry['operator-cut-off'], regions, problem)
    return region === undefined ? undefined : { fault: 'operator-cut-off', region }
  },
  describe: ({ region }) => `${region}: out of reach for those who configure it`,
  headline: ({ region }) => `${region} could not be configured for a while`,
  reach: () => ({ regions: [], links: [] }),
  watches: ({ region }) => ({ operators: [region] }),
  refuse({ region }, topology, problem) {
    if (topology.mode === 'active-active') return
    problem('operator-cut-off', region, 'needs regions that write for themselves: an active-active topology')
  },
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.region === region,
  async inject(_, { region }, scene) {
    if (scene) return scene.cutOffOperator(region)
    throw new AntipodeError('USAGE', { reason: 'only a drill has an operator of its own that could be cut off' })
  },
  prove: proveOperatorCutOff,
  undo: undoOperatorCutOff,
}
