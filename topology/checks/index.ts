import { acceleratorHealth } from './accelerator-health.ts'
import { adminNetworks } from './admin-networks.ts'
import { automaticFailover } from './automatic-failover.ts'
import { availability } from './availability.ts'
import { backupCopies } from './backup-copies.ts'
import { capacityGrowth } from './capacity-growth.ts'
import type { Check } from './check.ts'
import { clusters } from './clusters.ts'
import { databaseKind } from './database-kind.ts'
import { databaseLineage } from './database-lineage.ts'
import { detectionObjective } from './detection-objective.ts'
import { durability } from './durability.ts'
import { edges } from './edges.ts'
import { gatewayGroups } from './gateway-groups.ts'
import { gslbCallers } from './gslb-callers.ts'
import { gslbCloudflare } from './gslb-cloudflare.ts'
import { gslbHealth } from './gslb-health.ts'
import { gslbPolicy } from './gslb-policy.ts'
import { gslbRegions } from './gslb-regions.ts'
import { gslbSwitch } from './gslb-switch.ts'
import { gslbTtl } from './gslb-ttl.ts'
import { host } from './host.ts'
import { instanceClass } from './instance-class.ts'
import { lease } from './lease.ts'
import { networkOverlap } from './network-overlap.ts'
import { networkRanges } from './network-ranges.ts'
import { recoveryObjective } from './recovery-objective.ts'
import { regionIndexes } from './region-indexes.ts'
import { regionKeys } from './region-keys.ts'
import { regionNames } from './region-names.ts'
import { replicaLag } from './replica-lag.ts'
import { roles } from './roles.ts'
import { siteDataPlanes } from './site-data-planes.ts'
import { sites } from './sites.ts'
import { warmCapacity } from './warm-capacity.ts'
import { zones } from './zones.ts'

/** Every rule, in the order in which its problems are reported. */
export const CHECKS: readonly Check[] = [
  host,
  regionNames,
  roles,
  edges,
  regionIndexes,
  networkRanges,
  networkOverlap,
  sites,
  siteDataPlanes,
  adminNetworks,
  zones,
  regionKeys,
  clusters,
  capacityGrowth,
  warmCapacity,
  databaseKind,
  instanceClass,
  databaseLineage,
  durability,
  lease,
  automaticFailover,
  replicaLag,
  backupCopies,
  gslbRegions,
  gslbPolicy,
  gslbCallers,
  gslbCloudflare,
  gslbHealth,
  acceleratorHealth,
  gslbSwitch,
  gslbTtl,
  gatewayGroups,
  detectionObjective,
  recoveryObjective,
  availability,
]
