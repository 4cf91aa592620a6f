import type { ConfigurationChange } from '../../../local/local-topology.ts'
import type { Fault, FaultPlan } from '../fault-interface.ts'
import { proveBadConfig } from './proof.ts'
import { undoBadConfig } from './undo.ts'

export interface BadConfigPushedPlan extends FaultPlan {
  /** The host whose calls it takes; every host where it is pushed by hand. */
  readonly path: string
}

/** A name of the drill's own, which its next run sweeps away should nobody else have done so. */
export const BAD_ROUTE = '/apisix/admin/routes/antipode-drill-bad'

/** Nothing listens on the discard port of this machine. */
const NOWHERE = '127.0.0.1:9'

/**
 * Somebody pushes a route that is valid and wrong: it goes before all others and leads nowhere, in every region at
 * once, as configuration does. No health check sees it; an operator has to take it back.
 */
export const badConfigPushed: Fault<BadConfigPushedPlan> = {
  name: 'bad-config-pushed',
  summary: 'publish a route that takes calls and leads nowhere',
  fields: [],
  usage: '<path>',
  example: "fault bad-config-pushed '/v1/*'",
  witness: 'vantage',
  fact: 'calls failing',

  entryOf: (words) => (words.length === 1 ? { 'bad-config-pushed': words[0] } : undefined),
  read(entry, _, problem) {
    const path = entry['bad-config-pushed']
    if (typeof path === 'string' && path.startsWith('/')) return { fault: 'bad-config-pushed', path }
    problem('bad-config-pushed', path, 'give the path that the bad route takes: /v1/*')
    return undefined
  },
  describe: ({ path }) => `a route for ${path} published that leads nowhere`,
  headline: ({ path }) => `a bad route for ${path} was published and taken back`,
  reach: () => ({ regions: [], links: [] }),
  failsHealthCheck: () => false,
  stopsWriter: () => false,
  failsCalls: () => true,
  inject: (topology, { path }) => topology.configure(badRoute(path)),
  prove: proveBadConfig,
  undo: undoBadConfig,
}

function badRoute(uri: string): ConfigurationChange {
  const upstream = { type: 'roundrobin', nodes: { [NOWHERE]: 1 }, retries: 0 }
  return { method: 'PUT', path: BAD_ROUTE, body: { name: 'antipode-drill bad', uri, priority: 1_000, upstream } }
}
