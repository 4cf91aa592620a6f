import { badConfigPushed } from './bad-config-pushed/fault.ts'
import { certificateExpired } from './certificate-expired/fault.ts'
import { clockSkew } from './clock-skew/fault.ts'
import { crashWhilePublishing } from './crash-while-publishing/fault.ts'
import { diskFull } from './disk-full/fault.ts'
import { dns } from './dns/fault.ts'
import { drift } from './drift/fault.ts'
import type { Fault } from './fault-interface.ts'
import { freeze } from './freeze/fault.ts'
import { lose } from './lose/fault.ts'
import { lossy } from './lossy/fault.ts'
import { lostSlot } from './lost-slot/fault.ts'
import { operatorCutOff } from './operator-cut-off/fault.ts'
import { partition } from './partition/fault.ts'
import { slow } from './slow/fault.ts'
import { staleConfig } from './stale-config/fault.ts'
import { thunderingHerd } from './thundering-herd/fault.ts'
import { upgradeDatabase } from './upgrade-database/fault.ts'
import { upstreamRegionLost } from './upstream-region-lost/fault.ts'

/** Every kind of fault, by name. A new one is a folder beside these and a line here. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'bad-config-pushed': badConfigPushed,
  'certificate-expired': certificateExpired,
  'clock-skew': clockSkew,
  'crash-while-publishing': crashWhilePublishing,
  'disk-full': diskFull,
  dns,
  drift,
  freeze,
  lose,
  lossy,
  'lost-slot': lostSlot,
  'operator-cut-off': operatorCutOff,
  partition,
  slow,
  'stale-config': staleConfig,
  'thundering-herd': thunderingHerd,
  'upgrade-database': upgradeDatabase,
  'upstream-region-lost': upstreamRegionLost,
}

/** The kind of fault a plan belongs to. */
export function faultOf(plan: { readonly fault: string }): Fault {
  const fault = FAULTS[plan.fault]
  if (fault === undefined) throw new RangeError(`no fault is called ${plan.fault}`)
  return fault
}
