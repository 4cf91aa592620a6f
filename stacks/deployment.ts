import {
  AcceleratorGslb,
  CloudflareGslb,
  type FailoverSwitch,
  type Gslb,
  InvertedCheckSwitch,
  postgresIdentifier,
  RoutingControlSwitch,
} from '../constructs/index.ts'
import { recoveryBound, seconds, type Topology } from '../topology/index.ts'
import { regionNames } from './region-names.ts'

const SYNC_PORT = 7943

/**
 * What `antipode failover --engine aws` has to know of a deployment, in one output: `terraform output -json` keeps it in
 * a file, for the day on which no state can be read. Undefined where no database of it is ever promoted.
 */
export function deploymentOf(
  topology: Topology,
  gslb: Gslb,
  failoverSwitch: FailoverSwitch | undefined,
): object | undefined {
  const { name, mode, database, regions } = topology
  if (mode !== 'active-passive' || database.replication !== 'physical') return undefined
  const controlled = Object.entries(regions).flatMap(([region, { index, database: identity }]) => {
    if (!identity) return []
    const { base, controlPlane } = regionNames(name, region)
    return [{ region, index, controlPlane, identifier: postgresIdentifier(base, identity.generation) }]
  })
  const thrown = switchOf(topology, gslb, failoverSwitch)
  return {
    topology: name,
    database: {
      kind: database.kind,
      ...(database.kind === 'aurora-global' && { global: name }),
      identifiers: Object.fromEntries(controlled.map(({ region, identifier }) => [region, identifier])),
    },
    control_planes: Object.fromEntries(
      controlled.map(({ region, index, controlPlane }) => [
        region,
        { url: `https://${controlPlane}:${SYNC_PORT}`, index },
      ]),
    ),
    callers_move: recoveryBound(topology, { decision: seconds(0) }).arithmetic,
    ...(thrown && { switch: thrown }),
  }
}

function switchOf({ gslb: described, regions }: Topology, gslb: Gslb, failoverSwitch: FailoverSwitch | undefined) {
  if (failoverSwitch instanceof RoutingControlSwitch) {
    const { routingControls, cluster } = failoverSwitch
    return {
      kind: 'routing-control',
      controls: mapped(routingControls, ({ arn }) => arn),
      endpoints: cluster?.interpolationForAttribute('cluster_endpoints') ?? [],
    }
  }
  if (failoverSwitch instanceof InvertedCheckSwitch) {
    return { kind: 'inverted-check', checks: mapped(failoverSwitch.checks, ({ id }) => id) }
  }
  if (gslb instanceof AcceleratorGslb) {
    const groups = mapped(gslb.endpointGroups, ({ arn }) => arn)
    const standsBy = (region: string) => described.policy === 'failover' && regions[region]?.role === 'standby'
    return { kind: 'accelerator', groups, usual: Object.keys(groups).filter((region) => !standsBy(region)) }
  }
  if (gslb instanceof CloudflareGslb) {
    return { kind: 'cloudflare', account: described.cloudflare?.account, pools: mapped(gslb.pools, ({ id }) => id) }
  }
  return undefined
}

function mapped<T>(all: Readonly<Record<string, T>>, read: (one: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([region, one]) => [region, read(one)]))
}
