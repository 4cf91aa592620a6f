import { AntipodeError } from '../../../../runtime/model/errors.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveUpstreamLost } from './proof.ts'
import { undoUpstreamLost } from './undo.ts'

export interface UpstreamRegionLostPlan extends FaultPlan {
  readonly region: string
}

/** The service behind the gateways dies in one region; gateways of both regions still know its nodes there. */
export const upstreamRegionLost: Fault<UpstreamRegionLostPlan> = {
  name: 'upstream-region-lost',
  summary: "kill the drill's own upstream in a region",
  fields: [],
  usage: '<region>',
  example: 'fault upstream-region-lost us-east-1',
  witness: 'vantage',
  fact: 'the upstream gone',

  entryOf: (words) => loneRegionEntry('upstream-region-lost', words),
  read(entry, regions, problem) {
    const region = readRegion('upstream-region-lost', entry['upstream-region-lost'], regions, problem)
    return region === undefined ? undefined : { fault: 'upstream-region-lost', region }
  },
  describe: ({ region }) => `${region}: the upstream's nodes killed`,
  headline: ({ region }) => `the upstream lost its nodes in ${region}`,
  reach: () => ({ regions: [], links: [] }),
  watches: ({ region }) => ({ upstreams: [region] }),
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  async inject(_, { region }, scene) {
    if (scene) return scene.loseUpstream(region)
    throw new AntipodeError('USAGE', { reason: 'only a drill has an upstream of its own that could be lost' })
  },
  prove: proveUpstreamLost,
  undo: undoUpstreamLost,
}
