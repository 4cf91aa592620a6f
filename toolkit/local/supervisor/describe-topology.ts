import type { Durability } from '../../../runtime/model/region-state.ts'
import type { LocalDescription, LocalRegion } from '../local-topology.ts'
import { type LocalPlan, urlOf } from '../plan/local-plan.ts'
import { databaseUrl } from '../plan/process-config.ts'
import type { Foundation } from './foundation.ts'
import type { RegionParts } from './region-parts.ts'
import type { ObservedWriter } from './region-watch.ts'

/** Where everything is and what it is now. */
export function describeTopology(
  foundation: Foundation,
  regions: ReadonlyMap<string, RegionParts>,
  observed: ObservedWriter,
): LocalDescription {
  const { plan, workspace, identities, adminKey, secrets, engine, links } = foundation
  const { filterFailure } = links
  return {
    topology: plan.name,
    durability: durabilityOf(plan, observed),
    gslb: plan.gslb ? { dns: `${plan.gslb.listener.ip}:${plan.gslb.listener.port}`, host: plan.gslb.host } : null,
    regions: plan.regions.map((region) => ({
      ...{ name: region.name, role: roleOf(plan, region.name, observed) },
      ...{ index: region.index, address: region.address },
      ...{ admin: urlOf('http', region.admin), adminKey, gateway: urlOf('http', region.gateway[0]!) },
      ...{ sync: urlOf('https', region.sync), status: urlOf('http', region.status) },
      database: databaseUrl(region, secrets.database.controlPlane),
      processes: regions.get(region.name)!.processes,
    })),
    dataDir: workspace.dataDirectory,
    operator: { ...identities.operator, ca: identities.authority.certificate },
    hash: plan.hash,
    prepared: foundation.prepared,
    replication: plan.replication,
    engine: engine.name,
    linkFaults: filterFailure ? `${engine.linkFaults}; but not in ${filterFailure}` : engine.linkFaults,
    machine: engine.standpoint(plan.regions[0]!.name).machine,
  }
}

/** What a region is now: after a failover the declared roles are history. */
export function roleOf(plan: LocalPlan, name: string, { writer }: ObservedWriter): LocalRegion['role'] {
  const declared = plan.regions.find((region) => region.name === name)!.declaredRole
  if (declared === 'active' || !writer) return declared
  return name === writer ? 'primary' : 'standby'
}

/** What the writer promises now, which in `solo` is less than the topology declares. */
export function durabilityOf({ commit }: LocalPlan, { durability }: ObservedWriter): Durability {
  return commit === 'local' ? 'local' : (durability ?? commit)
}
