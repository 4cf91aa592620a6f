import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalTopology } from '../../../local/local-topology.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { loneRegionEntry, readRegion } from '../targets.ts'
import { proveCrash } from './proof.ts'
import { undoCrash } from './undo.ts'

export interface CrashWhilePublishingPlan extends FaultPlan {
  readonly region: string
  /** The other regions, towards which the link is made long. */
  readonly others: readonly string[]
}

/** Milliseconds added each way: with a few writes a second, some are always committed and not confirmed. */
const DELAY = 400
/** Long enough that such writes are under way. */
const HEAD_START = 1_500

/**
 * A control plane dies between committing writes and publishing them: the link is made long, so that revisions wait for
 * their confirmation, and in the middle of that the process is killed. Every such write is in doubt.
 */
export const crashWhilePublishing: Fault<CrashWhilePublishingPlan> = {
  name: 'crash-while-publishing',
  summary: 'kill a control plane between committing and publishing',
  fields: [],
  usage: '<region>',
  example: 'fault crash-while-publishing us-east-1',
  witness: 'vantage',
  fact: '0 answers',

  entryOf: (words) => loneRegionEntry('crash-while-publishing', words),
  read(entry, regions, problem) {
    const name = 'crash-while-publishing'
    const region = readRegion(name, entry[name], regions, problem)
    if (region === undefined) return undefined
    return { fault: name, region, others: regions.filter((other) => other !== region) }
  },
  describe: ({ region }) => `${region}: control plane killed while it was publishing`,
  headline: ({ region }) => `the control plane of ${region} died while it was publishing`,
  reach: ({ region, others }) => ({
    regions: [{ region, parts: ['control-plane'] }],
    links: others.map((other) => [region, other] as const),
  }),
  failsHealthCheck: () => false,
  stopsWriter: (plan, region) => plan.region === region,
  async inject(topology: LocalTopology, { region, others }) {
    const before = await topology.links()
    const delayOf = (from: string, to: string) =>
      before.find((link) => link.from === from && link.to === to)?.delay ?? 0
    for (const other of others) await topology.link(region, other, { delay: DELAY })
    await sleep(HEAD_START)
    await topology.kill(region, ['control-plane'])
    for (const other of others) {
      await topology.link(region, other, { delay: delayOf(region, other) }, 'there')
      await topology.link(other, region, { delay: delayOf(other, region) }, 'there')
    }
  },
  prove: proveCrash,
  undo: undoCrash,
}
