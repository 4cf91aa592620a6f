import type { Fault } from './fault-interface.ts'
import { freeze } from './freeze/fault.ts'
import { lose } from './lose/fault.ts'
import { partition } from './partition/fault.ts'
import { slow } from './slow/fault.ts'

/** Every kind of fault, by name. A new one is a folder beside these and a line here. */
export const FAULTS: Readonly<Record<string, Fault>> = { freeze, lose, partition, slow }

/** The kind of fault a plan belongs to. */
export function faultOf(plan: { readonly fault: string }): Fault {
  const fault = FAULTS[plan.fault]
  if (fault === undefined) throw new RangeError(`no fault is called ${plan.fault}`)
  return fault
}
