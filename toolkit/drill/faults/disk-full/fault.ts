import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveDiskFull } from './proof.ts'
import { undoDiskFull } from './undo.ts'

export interface DiskFullPlan extends FaultPlan {
  readonly region: string
}

/** The disk of a region's database has no byte left: PostgreSQL refuses with SQLSTATE 53100, or ends over its log. */
export const diskFull: Fault<DiskFullPlan> = {
  name: 'disk-full',
  summary: "fill the disk of a region's database",
  fields: [],
  usage: '<region>',
  example: 'fault disk-full us-east-1',
  witness: 'writer',
  fact: 'writes refused for want of space',

  entryOf: (words) => loneRegionEntry('disk-full', words),
  read(entry, regions, problem) {
    const region = readRegion('disk-full', entry['disk-full'], regions, problem)
    return region === undefined ? undefined : { fault: 'disk-full', region }
  },
  describe: ({ region }) => `${region}: the disk of its database filled`,
  headline: ({ region }) => `the disk of ${region} was full`,
  reach: ({ region }) => ({ regions: [{ region, parts: ['database'] }], links: [] }),
  needs: () => ['bounded-disk'],
  refuse({ region }, topology, problem) {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      problem('disk-full', region, 'needs a disk of its own for each database, which only root on Linux may mount')
    }
    if (topology.regions[region]?.role === 'standby') {
      problem('disk-full', region, 'takes no write, so that nobody outside could see it; name the region that writes')
    }
  },
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.region === region,
  inject: (topology, { region }) => topology.afflict({ kind: 'full-disk', region }),
  prove: proveDiskFull,
  undo: undoDiskFull,
}
