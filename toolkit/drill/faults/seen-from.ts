import type { Proof } from './fault-interface.ts'

/** Asks every witness when it had seen a fact, null for not yet; proved when all of them have, and there is one. */
export function proveFrom(witnesses: readonly string[], seenAt: (witness: string) => number | null): Proof {
  const seenFrom: string[] = []
  let at = 0
  for (const witness of witnesses) {
    const moment = seenAt(witness)
    if (moment === null) continue
    seenFrom.push(witness)
    at = Math.max(at, moment)
  }
  const proved = seenFrom.length === witnesses.length && witnesses.length > 0
  return { proved, at: proved ? at : null, seenFrom, of: witnesses }
}
