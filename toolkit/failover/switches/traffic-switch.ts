import { AntipodeError } from '../../../runtime/model/errors.ts'
import { DONE, READY, refusedBecause, type Step } from '../steps/step.ts'

/** Whether a region may answer callers, as whoever balances them says; its own health is another matter. */
export interface AnswerState {
  readonly region: string
  readonly on: boolean
  /** What that is read from: `routing control On`, `dial 0 %`. */
  readonly because: string
}

/** What lets people decide which regions answer callers, without an apply and while every check passes. */
export interface TrafficSwitch {
  readonly kind: 'routing-control' | 'inverted-check' | 'accelerator' | 'cloudflare'
  states(): Promise<readonly AnswerState[]>
  /** Lets exactly these regions answer. At least one always does: the step is refused else. */
  answerFrom(regions: readonly string[]): Step
  close(): void
}

/** A region, and what becomes of it. */
export interface AnswerChange {
  readonly region: string
  readonly on: boolean
}

export interface AnswerStepOptions {
  readonly known: readonly string[]
  readonly wanted: readonly string[]
  readonly expected: string
  readonly states: () => Promise<readonly AnswerState[]>
  /** Regions to turn on come first, so that there is no moment without any. */
  readonly change: (changes: readonly AnswerChange[]) => Promise<void>
  /** Why a vendor would not do it, beside what holds for all. */
  readonly refusal?: (changes: readonly AnswerChange[], states: readonly AnswerState[]) => string | undefined
}

/**
 * The step that every switch takes, by one rule: somebody must answer.
 *
 * @throws AntipodeError USAGE for a region that has no switch
 */
export function answerStep({ known, wanted, expected, states, change, refusal }: AnswerStepOptions): Step {
  const unknown = wanted.filter((region) => !known.includes(region))
  if (unknown.length > 0) {
    const reason = `${unknown.join(', ')} cannot be switched; those that can are ${known.join(', ')}`
    throw new AntipodeError('USAGE', { reason })
  }
  let before: readonly AnswerState[] = []
  return {
    id: `answer from ${wanted.toSorted().join(', ')}`,
    what: `let ${wanted.join(' and ')} answer callers, and nobody else`,
    expected,
    look: async () => {
      if (wanted.length === 0) return refusedBecause('no region would answer')
      const now = await states()
      const changes = changesTo(wanted, now)
      if (changes.length === 0) return DONE
      const because = refusal?.(changes, now)
      return because === undefined ? READY : refusedBecause(because)
    },
    begin: async () => {
      before = await states()
      await change(changesTo(wanted, before))
    },
    // How it was is known to whoever changed it, and to nobody else.
    undo: async () => {
      const was = before.filter(({ on }) => on).map(({ region }) => region)
      if (was.length === 0) return false
      await change(changesTo(was, await states()))
      return true
    },
  }
}

function changesTo(wanted: readonly string[], now: readonly AnswerState[]): AnswerChange[] {
  const changed = now.filter(({ region, on }) => on !== wanted.includes(region))
  return changed.map(({ region, on }) => ({ region, on: !on })).toSorted((a, b) => Number(b.on) - Number(a.on))
}

/** @throws AntipodeError DRIVER_FAILED with what the vendor said */
export async function asking<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof AntipodeError) throw error
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new AntipodeError('DRIVER_FAILED', { what, reason }, { cause: error })
  }
}
