import { policy as alarmsAreHeard } from './alarms-are-heard.ts'
import { policy as answersAreChecked } from './answers-are-checked.ts'
import { policy as backupsKept } from './backups-kept.ts'
import { policy as backupsLeaveRegion } from './backups-leave-region.ts'
import { policy as balancerInTwoZones } from './balancer-in-two-zones.ts'
import { policy as balancerProtected } from './balancer-protected.ts'
import { policy as bucketsAreClosed } from './buckets-are-closed.ts'
import { policy as callersUseTls } from './callers-use-tls.ts'
import { policy as checkerOutsideRegion } from './checker-outside-region.ts'
import { policy as controlPlaneRedundant } from './control-plane-redundant.ts'
import { policy as databaseInTwoZones } from './database-in-two-zones.ts'
import { policy as databaseNeverReplaced } from './database-never-replaced.ts'
import { policy as databaseProtected } from './database-protected.ts'
import { policy as deploymentRollsBack } from './deployment-rolls-back.ts'
import { policy as detectionInTime } from './detection-in-time.ts'
import { policy as drillIsFresh } from './drill-is-fresh.ts'
import { policy as encryptedEverywhere } from './encrypted-everywhere.ts'
import { policy as imageIsPinned } from './image-is-pinned.ts'
import { policy as keyCanBeSaved } from './key-can-be-saved.ts'
import { policy as keyRotates } from './key-rotates.ts'
import { policy as leastPrivilege } from './least-privilege.ts'
import { policy as logsExpire } from './logs-expire.ts'
import { policy as noCrossRegionState } from './no-cross-region-state.ts'
import { policy as noGapInDeployment } from './no-gap-in-deployment.ts'
import { policy as noOpenAdmin } from './no-open-admin.ts'
import { policy as noPublicDatabase } from './no-public-database.ts'
import { policy as noSecretInState } from './no-secret-in-state.ts'
import { policy as noSharedFate } from './no-shared-fate.ts'
import { policy as peersAreLinked } from './peers-are-linked.ts'
import type { Policy } from './policy.ts'
import { policy as providerIsBounded } from './provider-is-bounded.ts'
import { policy as quorumSurvivesRegion } from './quorum-survives-region.ts'
import { policy as replicasAreWatched } from './replicas-are-watched.ts'
import { policy as standbyCarriesPeak } from './standby-carries-peak.ts'
import { policy as stateInOwnRegion } from './state-in-own-region.ts'
import { policy as successorFirst } from './successor-first.ts'
import { policy as tasksArePrivate } from './tasks-are-private.ts'
import { policy as topologyHolds } from './topology-holds.ts'
import { policy as ttlFitsRto } from './ttl-fits-rto.ts'
import { policy as writerMovesBySwitchover } from './writer-moves-by-switchover.ts'

/** Every policy that comes with Antipode, by its id. */
export const POLICIES: readonly Policy[] = [
  alarmsAreHeard,
  answersAreChecked,
  backupsKept,
  backupsLeaveRegion,
  balancerInTwoZones,
  balancerProtected,
  bucketsAreClosed,
  callersUseTls,
  checkerOutsideRegion,
  controlPlaneRedundant,
  databaseInTwoZones,
  databaseNeverReplaced,
  databaseProtected,
  deploymentRollsBack,
  detectionInTime,
  drillIsFresh,
  encryptedEverywhere,
  imageIsPinned,
  keyCanBeSaved,
  keyRotates,
  leastPrivilege,
  logsExpire,
  noCrossRegionState,
  noGapInDeployment,
  noOpenAdmin,
  noPublicDatabase,
  noSecretInState,
  noSharedFate,
  peersAreLinked,
  providerIsBounded,
  quorumSurvivesRegion,
  replicasAreWatched,
  standbyCarriesPeak,
  stateInOwnRegion,
  successorFirst,
  tasksArePrivate,
  topologyHolds,
  ttlFitsRto,
  writerMovesBySwitchover,
]
