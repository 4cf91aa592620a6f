import type { ConfigurationChange } from '../../../local/local-topology.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { proveBadConfig } from './proof.ts'
import { undoBadConfig } from './undo.ts'

export interface BadConfigPushedPlan extends FaultPlan {
  /** The path that the bad route takes from the one that is there, so it has to be the same. */
  readonly path: string
}

/** A name of the drill's own, which its next run sweeps away should nobody else have done so. */
export const BAD_ROUTE = '/apisix/admin/routes/antipode-drill-bad'

/** Nothing listens on the discard port of this machine. */
const NOWHERE = '127.0.0.1:9'

/**
 * Somebody pushes a route that is valid and wrong: it goes before the one that is there for the topology's host and the
 * same path, and leads nowhere, in every region at once, as configuration does. No health check sees it; an operator
 * has to take it back.
 */
export const badConfigPushed: Fault<BadConfigPushedPlan> = {
  name: 'bad-config-pushed',
  summary: 'publish a route that takes the calls of another and leads nowhere',
  fields: [],
  usage: '<path>',
  example: 'fault bad-config-pushed /v1/ping',
  witness: 'vantage',
  fact: 'calls failing',

  entryOf: (words) => (words.length === 1 ? { 'bad-config-pushed': words[0] } : undefined),
  read(entry, _, problem) {
    const path = entry['bad-config-pushed']
    if (typeof path === 'string' && path.startsWith('/')) return { fault: 'bad-config-pushed', path }
    problem('bad-config-pushed', path, 'give the path that the bad route takes: /v1/ping')
    return undefined
  },
  describe: ({ path }) => `a route for ${path} published that leads nowhere`,
  headline: ({ path }) => `a bad route for ${path} was published and taken back`,
  reach: () => ({ regions: [], links: [] }),
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  failsCalls: () => true,
  async inject(topology, { path }) {
    const { gslb } = await topology.describe()
    await topology.configure(badRoute(path, gslb?.host))
  },
  prove: proveBadConfig,
  undo: undoBadConfig,
}

function badRoute(uri: string, host: string | undefined): ConfigurationChange {
  const upstream = { type: 'roundrobin', nodes: { [NOWHERE]: 1 }, retries: 0 }
  return {
    method: 'PUT',
    path: BAD_ROUTE,
    body: { name: 'antipode-drill bad', uri, ...(host && { host }), priority: 1_000, upstream },
  }
}
