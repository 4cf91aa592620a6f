import type { Durability } from '../../../model/region-state.ts'

/** What a region would do by itself now. */
export interface Judgement {
  /** It acts now. */
  readonly acts: boolean
  /** It would act once the other region was gone for long enough. */
  readonly ready: boolean
  /** Why it acts, or waits, or will not act at all, in a sentence. */
  readonly reason: string
}

/** What a standby knows when it is asked whether it takes over by itself. Times are milliseconds. */
export interface StandbyFacts {
  readonly commit: Durability
  readonly held: boolean
  /** Its database has answered within the last moments. */
  readonly databaseAnswers: boolean
  /** The database lets the control plane's role promote it. */
  readonly mayPromote: boolean
  /** Its database has streamed since its control plane began to follow. */
  readonly streamed: boolean
  /** Since its writer was last heard to write; null: not since this control plane began to follow. */
  readonly unheard: number | null
  /** It confirmed what the writer was waiting for up to the moment when that fell silent. */
  readonly confirmedUntilThen: boolean
  /** Its database holds the newest revision that it confirmed. */
  readonly holdsConfirmed: boolean
  /** The writer drains, or has drained and not written since. */
  readonly writerHandsOver: boolean
  /** The writer waits for no confirmation, so that what it acknowledged may not be here. */
  readonly writerIsAlone: boolean
  /** Until any lease that it renewed must be over, the margin for clocks included. */
  readonly leaseLeft: number
}

/**
 * Whether a standby takes over without an operator: only where the operator's own command would need no
 * `--allow-data-loss`, and its writer has been silent for `after` milliseconds.
 */
export function judgeStandby(facts: StandbyFacts, after: number): Judgement {
  const obstacle = obstacleOf(facts)
  if (obstacle !== undefined) return { acts: false, ready: false, reason: obstacle }
  const unheard = facts.unheard!
  if (unheard < after) return { acts: false, ready: true, reason: 'hears its writer' }
  if (facts.leaseLeft > 0) return { acts: false, ready: true, reason: 'waits until the lease of its writer is over' }
  return { acts: true, ready: true, reason: `has not heard its writer for ${inSeconds(unheard)}` }
}

function obstacleOf(facts: StandbyFacts): string | undefined {
  if (facts.commit !== 'confirmed') return 'writes are acknowledged before they are here (commit local)'
  if (facts.held) return 'an operator holds it'
  if (!facts.mayPromote) return "its database does not let the control plane's role promote it"
  if (!facts.databaseAnswers) return 'its database does not answer'
  if (!facts.streamed) return 'its database has not streamed since its control plane began to follow'
  if (facts.unheard === null) return 'has not heard its writer since it began to follow'
  if (facts.writerIsAlone) return 'its writer writes alone, and may have acknowledged what is not here'
  if (facts.writerHandsOver) return 'its writer hands over'
  if (!facts.confirmedUntilThen) return 'did not confirm when its writer was last heard'
  if (!facts.holdsConfirmed) return 'its database no longer holds what it confirmed'
  return undefined
}

/** What a writer knows when it is asked whether it goes on alone by itself. Times are milliseconds. */
export interface WriterFacts {
  /** It may go on alone without an operator. */
  readonly solo: boolean
  /** There is a third place to ask. */
  readonly witnessed: boolean
  readonly held: boolean
  readonly draining: boolean
  /** It writes alone already. */
  readonly alone: boolean
  /** Since its lease ran out, or since it began to lead where it has held none; null while it holds one. */
  readonly unconfirmed: number | null
}

/** Whether a writer whose standby confirms nothing goes on alone without an operator. */
export function judgeWriter(facts: WriterFacts, after: number): Judgement {
  const no = (reason: string): Judgement => ({ acts: false, ready: false, reason })
  if (facts.alone) return no('writes alone')
  if (!facts.solo || !facts.witnessed) return no('writes; only its standby acts by itself')
  if (facts.held) return no('an operator holds it')
  if (facts.draining) return no('hands over its right to write')
  if (facts.unconfirmed === null) return { acts: false, ready: true, reason: 'its standby confirms' }
  if (facts.unconfirmed < after) return { acts: false, ready: true, reason: 'waits for its standby' }
  return { acts: true, ready: true, reason: `no standby has confirmed for ${inSeconds(facts.unconfirmed)}` }
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
