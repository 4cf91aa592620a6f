import { type LocalTopology, PARTS, type Part } from '../../../local/local-topology.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { nameParts, readParts, readRegion, regionEntry } from '../targets.ts'
import { proveLose } from './proof.ts'
import { undoLose } from './undo.ts'

export interface LosePlan extends FaultPlan {
  readonly region: string
  readonly parts: readonly Part[]
}

/** Parts of a region die at once, with SIGKILL: no goodbye, no last write, connections reset. */
export const lose: Fault<LosePlan> = {
  name: 'lose',
  summary: 'kill parts of a region',
  fields: ['ways'],
  usage: '<region> [--parts control-plane,data-plane,database]',
  example: 'fault lose us-east-1',
  witness: 'vantage',
  fact: '0 answers',

  entryOf: (words, parts) => regionEntry('lose', words, parts, 'ways'),
  read(entry, regions, problem) {
    const region = readRegion('lose', entry.lose, regions, problem)
    const parts = readParts('ways', entry.ways, problem)
    return region === undefined || parts === undefined ? undefined : { fault: 'lose', region, parts }
  },
  describe: (plan) => `${plan.region}: ${nameParts(plan.parts)} killed`,
  headline: (plan) =>
    plan.parts.length === PARTS.length ? `${plan.region} was lost` : `${plan.region} lost its ${nameParts(plan.parts)}`,
  reach: (plan) => ({ regions: [{ region: plan.region, parts: plan.parts }], links: [] }),
  failsHealthCheck: (plan, region) => plan.region === region && plan.parts.includes('data-plane'),
  stopsWriter: (plan, region) =>
    plan.region === region && (plan.parts.includes('control-plane') || plan.parts.includes('database')),
  inject: (topology: LocalTopology, plan) => topology.kill(plan.region, plan.parts),
  prove: proveLose,
  undo: undoLose,
}
