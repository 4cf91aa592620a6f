import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegion } from '../targets.ts'
import { proveDns } from './proof.ts'
import { undoDns } from './undo.ts'

export interface DnsPlan extends FaultPlan {
  /** The region that is answered with, whatever is healthy; null where answers are stale. */
  readonly region: string | null
}

/**
 * DNS goes wrong: `wrong` answers everybody with a region that somebody put there by hand; `stale` goes on with the
 * answer of this moment, with the lifetime that a resolver gives to stale ones, whatever becomes of the regions.
 */
export const dns: Fault<DnsPlan> = {
  name: 'dns',
  summary: 'answer with a wrong region, or go on with the answer of this moment',
  fields: ['answer'],
  usage: 'wrong <region> | stale',
  example: 'fault dns wrong us-west-2',
  witness: 'vantage',
  fact: 'answers gone wrong',

  entryOf([mode, answer, ...rest]) {
    if (mode === undefined || rest.length > 0) return undefined
    return { dns: mode, ...(answer === undefined ? {} : { answer }) }
  },
  read(entry, regions, problem) {
    if (entry.dns === 'wrong') {
      const region = readRegion('answer', entry.answer, regions, problem)
      return region === undefined ? undefined : { fault: 'dns', region }
    }
    if (entry.dns === 'stale' && entry.answer === undefined) return { fault: 'dns', region: null }
    if (entry.dns === 'stale') problem('answer', entry.answer, 'leave it out: stale answers are those of the moment')
    else problem('dns', entry.dns, 'write wrong, with an answer, or stale')
    return undefined
  },
  describe: ({ region }) => `DNS answers ${region === null ? 'are stale' : `with ${region}`}`,
  headline: ({ region }) => (region === null ? 'resolvers served stale answers' : `DNS sent every caller to ${region}`),
  reach: () => ({ regions: [], links: [] }),
  refuse({ region }, topology, problem) {
    if (region !== null && topology.regions[region]?.role === 'primary') {
      problem('answer', region, 'is what is answered with anyway; name another region')
    }
  },
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  inject: (topology, { region }) => topology.afflict({ kind: 'dns', region }),
  prove: proveDns,
  undo: undoDns,
}
