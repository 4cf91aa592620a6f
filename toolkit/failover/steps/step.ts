/**
 * How far a step is, as the world says, not as anybody remembers: so whoever was killed half-way goes on where things
 * stand, and what somebody else has done is not done twice.
 */
export type StepState =
  | { readonly is: 'done' }
  /** It was begun, here or elsewhere, and needs only time. */
  | { readonly is: 'under-way'; readonly what: string }
  | { readonly is: 'ready' }
  /** It would be refused now. */
  | { readonly is: 'refused'; readonly because: string }

/** One thing that a procedure does to what is deployed. */
export interface Step {
  /** Its name in the journal, the same whenever it is planned. */
  readonly id: string
  /** As plans say it: `promote payments-us-west-2-g1`. */
  readonly what: string
  /** How long it takes, or that nobody publishes that. */
  readonly expected: string
  /** Nothing before it is taken back once it has begun. @default false */
  readonly irreversible?: boolean
  look(): Promise<StepState>
  /** Asks for it, and returns once that is accepted; `look` tells when it is done. */
  begin(): Promise<void>
  /**
   * Takes it back, where what follows cannot be begun; perhaps in another process than the one that began it.
   *
   * @returns whether it could be
   * @default it stays
   */
  undo?(): Promise<boolean>
}

export const DONE: StepState = { is: 'done' }
export const READY: StepState = { is: 'ready' }

export function underWay(what: string): StepState {
  return { is: 'under-way', what }
}

export function refusedBecause(because: string): StepState {
  return { is: 'refused', because }
}
