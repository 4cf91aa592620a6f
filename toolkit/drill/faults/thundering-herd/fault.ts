import type { Fault, FaultPlan } from '../fault-interface.ts'
import { readRegion } from '../targets.ts'
import { proveHerd } from './proof.ts'
import { undoHerd } from './undo.ts'

export interface ThunderingHerdPlan extends FaultPlan {
  readonly region: string
  /** Data planes that come back at once. */
  readonly instances: number
}

const DATA_PLANES = 4

/** A control plane is killed and started at once, so that every data plane of its region reconnects at one moment. */
export const thunderingHerd: Fault<ThunderingHerdPlan> = {
  name: 'thundering-herd',
  summary: 'make every data plane of a region reconnect at once',
  fields: ['data-planes'],
  usage: '<region> [<data planes>]',
  example: 'fault thundering-herd us-east-1',
  witness: 'vantage',
  fact: 'data planes reconnected',

  entryOf([region, count, ...rest]) {
    if (region === undefined || rest.length > 0) return undefined
    return { 'thundering-herd': region, 'data-planes': count === undefined ? 1 : Number(count) }
  },
  read(entry, regions, problem) {
    const region = readRegion('thundering-herd', entry['thundering-herd'], regions, problem)
    const instances = entry['data-planes'] ?? DATA_PLANES
    const sensible = Number.isInteger(instances) && Number(instances) >= 1 && Number(instances) <= 64
    if (!sensible) problem('data-planes', instances, 'give a whole number from 1 to 64')
    if (region === undefined || !sensible) return undefined
    return { fault: 'thundering-herd', region, instances: Number(instances) }
  },
  describe: ({ region }) => `${region}: control plane restarted, so that every data plane reconnects`,
  headline: ({ region, instances }) => `${instances} data planes of ${region} reconnected at once`,
  reach: ({ region }) => ({ regions: [{ region, parts: ['control-plane'] }], links: [] }),
  instances: (plan) => plan.instances,
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  async inject(topology, { region }) {
    await topology.kill(region, ['control-plane'])
    await topology.start(region, ['control-plane'])
  },
  prove: proveHerd,
  undo: undoHerd,
}
