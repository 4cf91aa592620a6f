import { parsePercent } from '../../../../topology/index.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegionPair } from '../targets.ts'
import { proveLossy } from './proof.ts'
import { undoLossy } from './undo.ts'

export interface LossyPlan extends FaultPlan {
  readonly regions: readonly [string, string]
  /** Share of the segments that are lost each way, 0 to 1. */
  readonly loss: number
}

/**
 * The link between two regions loses segments, each way. TCP sends them again, so what crosses it stalls for 200 ms and
 * more at a time, new connections for a second, and everything behind what was lost waits too.
 */
export const lossy: Fault<LossyPlan> = {
  name: 'lossy',
  summary: 'lose segments on the link between two regions, each way',
  fields: ['loss'],
  usage: '<region> <region> <loss>',
  example: 'fault lossy us-east-1 us-west-2 10%',
  witness: 'writer',
  fact: 'acknowledgements stalled',

  entryOf: (words) => (words.length === 3 ? { lossy: words.slice(0, 2), loss: words[2] } : undefined),
  read(entry, regions, problem) {
    const pair = readRegionPair('lossy', entry.lossy, regions, problem)
    const loss = readLoss(entry.loss)
    if (loss === undefined) problem('loss', entry.loss, 'give the share that is lost each way, from 1% to 60%: 10%')
    return pair === undefined || loss === undefined ? undefined : { fault: 'lossy', regions: pair, loss }
  },
  describe: (plan) => `${plan.regions.join(' and ')}: ${Math.round(plan.loss * 100)} % of what crosses the link lost`,
  headline: (plan) => `the link between ${plan.regions.join(' and ')} lost ${Math.round(plan.loss * 100)} %`,
  reach: (plan) => ({ regions: [], links: [plan.regions] }),
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  inject: (topology, plan) => topology.link(...plan.regions, { loss: plan.loss }),
  prove: proveLossy,
  undo: undoLossy,
}

function readLoss(value: unknown): number | undefined {
  try {
    const loss = parsePercent(String(value)).fraction
    return loss >= 0.01 && loss <= 0.6 ? loss : undefined
  } catch {
    return undefined
  }
}
