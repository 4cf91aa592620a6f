export { AntipodeError } from '../runtime/model/errors.ts'
export { isAwsRegion, nearestAwsRegion } from './aws-regions.ts'
export { controlPlanesOf, linkedPairs } from './control-planes-of.ts'
export { defineTopology, type ExaminedTopology, examineTopology } from './define-topology.ts'
export type {
  AutomaticFailoverDescription,
  CallersDescription,
  CloudflareDescription,
  ClusterDescription,
  DatabaseDescription,
  DurationLike,
  GslbDescription,
  ObjectivesDescription,
  PercentLike,
  RateLike,
  RegionDescription,
  SiteDescription,
  TopologyDescription,
  WitnessDescription,
} from './description.ts'
export { Duration, milliseconds, minutes, parseDuration, seconds } from './duration.ts'
export { DEFAULT_INSTANCE_CLASS, instanceClasses } from './instance-classes.ts'
export { loadTopology } from './load-topology.ts'
export { Percent, parsePercent, percent } from './percent.ts'
export { formatProblems, type Problem } from './problem.ts'
export { parseRate, perSecond, Rate } from './rate.ts'
export {
  type BoundGslb,
  CLOUDFLARE_PROBE_TIMEOUT,
  PROBE_TIMEOUT,
  type Probe,
  type RecoveryBound,
  type RecoveryBoundOptions,
  recoveryBound,
} from './recovery-bound.ts'
export type {
  AutomaticFailover,
  Callers,
  CloudflareSettings,
  Cluster,
  Coordinates,
  Database,
  DatabaseSource,
  DataPlaneCapacity,
  Failover,
  GatewayGroup,
  Gslb,
  GslbSwitch,
  HealthCheck,
  Links,
  Mode,
  Objectives,
  Region,
  RegionControlPlane,
  RegionDatabase,
  Role,
  Site,
  SiteDataPlane,
  Topology,
  Witness,
} from './topology.ts'
export { topologyHash } from './topology-hash.ts'
