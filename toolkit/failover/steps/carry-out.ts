import { setTimeout as sleep } from 'node:timers/promises'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type Duration, minutes, seconds } from '../../../topology/index.ts'
import type { ProcedureJournal, ProcedureName } from './procedure-journal.ts'
import type { Step, StepState } from './step.ts'

export interface CarryOutOptions {
  readonly name: ProcedureName
  readonly journal: ProcedureJournal
  readonly signal?: AbortSignal
  readonly progress?: (line: string) => void
  /** How often a step that is under way is looked at. @default 5 s */
  readonly every?: Duration
  /** How long one step is waited for. It goes on without us, and so does whoever runs this again. @default 60 m */
  readonly patience?: Duration
}

/** What is the matter with a plan before anything of it was done: the first refusal up to the point of no return. */
export async function refusalOf(steps: readonly Step[]): Promise<string | undefined> {
  for (const step of steps) {
    const state = await step.look()
    if (state.is === 'refused') return `${step.what}: ${state.because}`
    // What comes after it may be refused only because it has not happened yet.
    if (step.irreversible) return undefined
  }
  return undefined
}

/**
 * Carries steps out, one after the other: what is done already is left alone, what is under way is waited for. Where a
 * step is refused before one that nothing undoes has begun, those before it are taken back.
 *
 * @returns when each step was found done, ISO 8601
 * @throws AntipodeError ANTIPODE_REFUSED with the refusal
 */
export async function carryOut(
  steps: readonly Step[],
  options: CarryOutOptions,
): Promise<Readonly<Record<string, string>>> {
  const { name, journal } = options
  const refusal = await refusalOf(steps)
  if (refusal && !journal.open) throw new AntipodeError('ANTIPODE_REFUSED', { reason: refusal })
  journal.begin(name)
  const marks: Record<string, string> = {}
  const begun: Step[] = []
  for (const step of steps) {
    try {
      if (await bringAbout(step, options)) begun.push(step)
    } catch (error) {
      if (options.signal?.aborted) throw error
      await takeBack([...begun, step], steps, options)
      throw error
    }
    marks[step.id] = new Date().toISOString()
  }
  journal.end(name)
  return marks
}

/** @returns whether it was begun here, now or in an earlier run */
async function bringAbout(step: Step, options: CarryOutOptions): Promise<boolean> {
  const { journal, signal, progress = () => {}, every = seconds(5), patience = minutes(60) } = options
  const deadline = performance.now() + patience.milliseconds
  let begun = false
  let said = ''
  for (;;) {
    signal?.throwIfAborted()
    const state = await step.look()
    if (state.is === 'done') {
      const ours = begun || journal.has(step.id)
      if (begun) journal.step('done', step.id)
      progress(`${step.what}: ${ours ? 'done' : 'is so already'}`)
      return ours
    }
    if (state.is === 'refused') {
      throw new AntipodeError('ANTIPODE_REFUSED', { reason: `${step.what}: ${state.because}` })
    }
    if (state.is === 'ready' && !begun) {
      journal.step('about-to', step.id)
      progress(step.what)
      await step.begin().catch((error: unknown) => {
        if (isRefusal(error)) journal.step('undone', step.id)
        throw error
      })
      begun = true
      continue
    }
    if (performance.now() > deadline) {
      const reason = `${step.what}: not done within ${patience}; ${describe(state)}. Run this again to go on`
      throw new AntipodeError('ANTIPODE_REFUSED', { reason })
    }
    const now = describe(state)
    if (now !== said) progress(`  ${now}`)
    said = now
    await sleep(every.milliseconds, undefined, signal && { signal })
  }
}

/** Certainly not begun: somebody said no. An answer that was lost says nothing of the kind. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof AntipodeError)) return false
  const { $fault: fault } = (error.cause ?? {}) as { readonly $fault?: unknown }
  return fault === 'client' || (error.code === 'ANTIPODE_REFUSED' && error.cause === undefined)
}

function describe(state: StepState): string {
  return state.is === 'under-way' ? state.what : 'waits until it shows'
}

async function takeBack(begun: readonly Step[], steps: readonly Step[], options: CarryOutOptions): Promise<void> {
  const { journal, name, progress = () => {} } = options
  for (const step of steps.filter(({ irreversible }) => irreversible)) {
    if (journal.has(step.id)) return
    const state = await step.look().catch(() => undefined)
    // Somebody else has begun it, or nobody knows.
    if (state?.is !== 'ready' && state?.is !== 'refused') return
  }
  for (const step of begun.toReversed()) {
    if (!step.undo || !journal.has(step.id)) continue
    const undone = await step.undo()
    if (undone) journal.step('undone', step.id)
    progress(`${step.what}: ${undone ? 'taken back' : 'stays as it is'}`)
  }
  journal.end(name)
}
