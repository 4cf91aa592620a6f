import type { Waiver } from '../read/read-waivers.ts'
import type { Policy, PolicyView, Violation } from './policy.ts'

/** A violation, and what comes of it. */
export interface Judged {
  readonly policy: Policy
  readonly violation: Violation
  /** `existing`: the base breaks the rule in the same place already. */
  readonly state: 'new' | 'existing' | 'waived'
  readonly waiver: Waiver | null
  /** A waiver that would hold if it had not expired. */
  readonly expired: Waiver | null
}

/**
 * Every violation of the head, told apart from those of the base. A waiver counts only as the base has it, and until the
 * end of the day that it names.
 *
 * @param today `2026-11-21`
 */
export function judge(
  policies: readonly Policy[],
  base: PolicyView,
  head: PolicyView,
  waivers: readonly Waiver[],
  today: string,
): Judged[] {
  return policies.flatMap((policy) => {
    const known = new Set(policy.check(base).map((violation) => placeOf(violation)))
    return policy.check(head).map((violation): Judged => {
      const matching = waivers.filter((waiver) => covers(waiver, policy, violation))
      const waiver = matching.find(({ expires }) => expires >= today) ?? null
      const expired = waiver ? null : (matching[0] ?? null)
      const state = waiver ? 'waived' : known.has(placeOf(violation)) ? 'existing' : 'new'
      return { policy, violation, state, waiver, expired }
    })
  })
}

/** Where a violation is; `*` in a waiver stands for anything. */
export function placeOf({ stack, address, topology, path }: Violation): string {
  return stack === undefined ? `${topology ?? ''}:${path ?? ''}` : address === undefined ? stack : `${stack}/${address}`
}

function covers(waiver: Waiver, policy: Policy, violation: Violation): boolean {
  if (waiver.policy !== policy.id) return false
  if (waiver.where === null) return true
  const pattern = waiver.where.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${pattern}$`).test(placeOf(violation))
}
