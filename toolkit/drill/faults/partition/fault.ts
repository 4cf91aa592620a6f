import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegionPair } from '../targets.ts'
import { provePartition } from './proof.ts'
import { undoPartition } from './undo.ts'

export interface PartitionPlan extends FaultPlan {
  readonly regions: readonly [string, string]
}

/**
 * The link between two regions goes silent: bytes are held, nothing is refused, existing connections stall. Clients
 * still reach both, which is what makes two writers possible where nothing prevents them.
 */
export const partition: Fault<PartitionPlan> = {
  name: 'partition',
  summary: 'cut the link between two regions; clients still reach both',
  fields: [],
  usage: '<region> <region>',
  example: 'fault partition us-east-1 us-west-2',
  witness: 'vantage',
  fact: 'regions apart',

  entryOf: (words) => (words.length === 2 ? { partition: [...words] } : undefined),
  read(entry, regions, problem) {
    const pair = readRegionPair('partition', entry.partition, regions, problem)
    return pair === undefined ? undefined : { fault: 'partition', regions: pair }
  },
  describe: (plan) => `${plan.regions.join(' and ')}: the link between them cut`,
  headline: (plan) => `${plan.regions.join(' and ')} were cut off from each other`,
  reach: (plan) => ({ regions: [], links: [plan.regions] }),
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.regions.includes(region),
  inject: (topology, plan) => topology.link(...plan.regions, { cut: true }),
  prove: provePartition,
  undo: undoPartition,
}
