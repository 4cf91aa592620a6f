import type { LocalTopology, Part } from '../../../local/local-topology.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { nameParts, readParts, readRegion, regionEntry } from '../targets.ts'
import { proveFreeze } from './proof.ts'
import { undoFreeze } from './undo.ts'

export interface FreezePlan extends FaultPlan {
  readonly region: string
  readonly parts: readonly Part[]
}

/**
 * Parts of a region stop in mid-air (SIGSTOP) and may go on later as if nothing had happened: the fault that tempts an
 * old writer to answer beside the new one. Connections are accepted by the kernel and never answered.
 */
export const freeze: Fault<FreezePlan> = {
  name: 'freeze',
  summary: 'stop parts of a region in mid-air, as a stalled machine does',
  fields: ['parts'],
  usage: '<region> [--parts control-plane,data-plane,database]',
  example: 'fault freeze us-east-1 --parts control-plane,database',
  witness: 'vantage',
  fact: '0 answers',

  entryOf: (words, parts) => regionEntry('freeze', words, parts, 'parts'),
  read(entry, regions, problem) {
    const region = readRegion('freeze', entry.freeze, regions, problem)
    const parts = readParts('parts', entry.parts, problem)
    return region === undefined || parts === undefined ? undefined : { fault: 'freeze', region, parts }
  },
  describe: (plan) => `${plan.region}: ${nameParts(plan.parts)} frozen`,
  headline: (plan) => `${plan.region} stalled (${nameParts(plan.parts)})`,
  reach: (plan) => ({ regions: [{ region: plan.region, parts: plan.parts }], links: [] }),
  failsHealthCheck: (plan, region) => plan.region === region && plan.parts.includes('data-plane'),
  stopsWriter: (plan, region) =>
    plan.region === region && (plan.parts.includes('control-plane') || plan.parts.includes('database')),
  inject: (topology: LocalTopology, plan) => topology.freeze(plan.region, plan.parts),
  prove: proveFreeze,
  undo: undoFreeze,
}
