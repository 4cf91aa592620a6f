import type { Place } from '../../../local/local-topology.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readPlacePair } from '../targets.ts'
import { joinOf, provePartition } from './proof.ts'
import { undoPartition } from './undo.ts'

export interface PartitionPlan extends FaultPlan {
  /** Two regions, or two parts of regions. */
  readonly places: readonly [Place, Place]
  /** Only what leaves the first for the second is held. */
  readonly oneWay: boolean
}

/**
 * What passes between two places goes silent: bytes are held, nothing is refused, existing connections stall. Clients
 * still reach both, which is what makes two writers possible where nothing prevents them.
 */
export const partition: Fault<PartitionPlan> = {
  name: 'partition',
  summary: 'cut two regions, or two parts, off from each other; clients still reach both',
  fields: ['direction'],
  usage: '<region[/part]> <region[/part]> [one-way]',
  example: 'fault partition us-east-1 us-west-2',
  witness: 'vantage',
  fact: 'regions apart',

  entryOf(words) {
    const [from, to, direction] = words
    if (words.length < 2 || words.length > 3) return undefined
    return { partition: [from, to], ...(direction === undefined ? {} : { direction }) }
  },
  read(entry, regions, problem) {
    const places = readPlacePair('partition', entry.partition, regions, problem)
    const direction = entry.direction ?? 'both'
    const known = direction === 'both' || direction === 'one-way'
    if (!known) problem('direction', direction, 'write both, or one-way: what leaves the first for the second is held')
    if (places === undefined || !known) return undefined
    if (joinOf(places) === undefined) {
      const change =
        'nothing can be seen to pass between them; name two regions, two control planes, two databases, or a control plane and the database or data plane of its own region'
      problem('partition', entry.partition, change)
      return undefined
    }
    return { fault: 'partition', places, oneWay: direction === 'one-way' }
  },
  describe: ({ places: [from, to], oneWay }) =>
    oneWay ? `what ${from} sends to ${to} is held` : `${from} and ${to}: the link between them cut`,
  headline: ({ places: [from, to], oneWay }) =>
    oneWay ? `${from} could no longer be heard by ${to}` : `${from} and ${to} were cut off from each other`,
  reach: (plan) => ({ regions: [], links: [plan.places] }),
  needs: ({ places }) => (['inside', 'fleet'].includes(joinOf(places)!) ? ['inner-links'] : []),
  failsHealthCheck: () => false,
  stopsWriter: ({ places }, region) =>
    joinOf(places) !== 'fleet' && places.some((place) => place.split('/')[0] === region),
  inject: (topology, { places, oneWay }) => topology.link(...places, { cut: true }, oneWay ? 'there' : 'both'),
  prove: provePartition,
  undo: undoPartition,
}
