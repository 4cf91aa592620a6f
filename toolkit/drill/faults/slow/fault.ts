import { parseDuration } from '../../../../topology/index.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegionPair } from '../targets.ts'
import { proveSlow } from './proof.ts'
import { undoSlow } from './undo.ts'

export interface SlowPlan extends FaultPlan {
  readonly regions: readonly [string, string]
  /** Milliseconds added each way. */
  readonly delay: number
}

/** The link between two regions becomes long: the distance between coasts, or a congested path. */
export const slow: Fault<SlowPlan> = {
  name: 'slow',
  summary: 'delay the link between two regions, each way',
  fields: ['delay'],
  usage: '<region> <region> <delay>',
  example: 'fault slow us-east-1 us-west-2 40ms',
  witness: 'writer',
  fact: 'acknowledgements slowed',

  entryOf: (words) => (words.length === 3 ? { slow: words.slice(0, 2), delay: words[2] } : undefined),
  read(entry, regions, problem) {
    const pair = readRegionPair('slow', entry.slow, regions, problem)
    const delay = readDelay(entry.delay)
    if (delay === undefined) problem('delay', entry.delay, 'give the delay each way, from 1ms to 10s: 40ms')
    return pair === undefined || delay === undefined ? undefined : { fault: 'slow', regions: pair, delay }
  },
  describe: (plan) => `${plan.regions.join(' and ')}: ${plan.delay} ms added to the link each way`,
  headline: (plan) => `${plan.regions.join(' and ')} moved ${plan.delay} ms apart`,
  reach: (plan) => ({ regions: [], links: [plan.regions] }),
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  inject: (topology, plan) => topology.link(...plan.regions, { delay: plan.delay }),
  prove: proveSlow,
  undo: undoSlow,
}

function readDelay(value: unknown): number | undefined {
  try {
    const delay = parseDuration(String(value)).milliseconds
    return delay >= 1 && delay <= 10_000 ? delay : undefined
  } catch {
    return undefined
  }
}
