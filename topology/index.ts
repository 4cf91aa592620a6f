export { AntipodeError } from '../runtime/model/errors.ts'
export { defineTopology } from './define-topology.ts'
export type {
  DatabaseDescription,
  DurationLike,
  GslbDescription,
  ObjectivesDescription,
  PercentLike,
  RateLike,
  RegionDescription,
  SiteDescription,
  TopologyDescription,
} from './description.ts'
export { Duration, milliseconds, minutes, parseDuration, seconds } from './duration.ts'
export { loadTopology } from './load-topology.ts'
export { Percent, parsePercent, percent } from './percent.ts'
export { formatProblems, type Problem } from './problem.ts'
export { parseRate, perSecond, Rate } from './rate.ts'
export {
  type BoundGslb,
  PROBE_TIMEOUT,
  type Probe,
  type RecoveryBound,
  type RecoveryBoundOptions,
  recoveryBound,
} from './recovery-bound.ts'
export type {
  Callers,
  Database,
  DatabaseSource,
  DataPlaneCapacity,
  GatewayGroup,
  Gslb,
  GslbSwitch,
  HealthCheck,
  Links,
  Mode,
  Objectives,
  Region,
  RegionDatabase,
  Role,
  Site,
  Topology,
} from './topology.ts'
export { topologyHash } from './topology-hash.ts'
