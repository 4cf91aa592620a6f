import { AntipodeError } from '../../../../runtime/model/errors.ts'
import { DRIFT } from '../../writes/editions.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveDrift } from './proof.ts'
import { undoDrift } from './undo.ts'

export interface DriftPlan extends FaultPlan {
  readonly region: string
}

/**
 * Somebody changes one region by hand, behind the backs of the others: one resource is altered, one deleted, one added
 * that is in nobody's files. Where every region writes for itself nothing stops that, and no region notices by itself.
 */
export const drift: Fault<DriftPlan> = {
  name: 'drift',
  summary: "change the drill's own configuration in one region only",
  fields: [],
  usage: '<region>',
  example: 'fault drift us-east-1',
  witness: 'vantage',
  fact: 'regions differ',

  entryOf: (words) => loneRegionEntry('drift', words),
  read(entry, regions, problem) {
    const region = readRegion('drift', entry.drift, regions, problem)
    return region === undefined ? undefined : { fault: 'drift', region }
  },
  describe: ({ region }) => `${region}: a route changed, one deleted and one added by hand`,
  headline: ({ region }) => `${region} was changed by hand and made equal to the files again`,
  reach: () => ({ regions: [], links: [] }),
  drifts: () => true,
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  async inject(topology, { region }, scene) {
    if (!scene)
      throw new AntipodeError('USAGE', { reason: 'only a drill has a configuration of its own that may drift' })
    await topology.configure({ region, method: 'PUT', ...DRIFT.changed })
    await topology.configure({ region, method: 'DELETE', path: DRIFT.deleted.path })
    await topology.configure({ region, method: 'PUT', ...DRIFT.added })
  },
  prove: proveDrift,
  undo: undoDrift,
}
