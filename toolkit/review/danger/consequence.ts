/**
 * How much it matters that a resource is taken away. `data`: what it holds is gone. `cut`: callers or writes are cut off
 * for a while. `limited`: something that protects is missing for a while. `routine`: how such a thing changes.
 */
export type Grade = 'data' | 'cut' | 'limited' | 'routine'

export const GRADES: readonly Grade[] = ['data', 'cut', 'limited', 'routine']

/** What it means that a resource of one type is destroyed, alone or to be made again. */
export interface Consequence {
  /** What people call it, in the singular. */
  readonly noun: string
  readonly grade: Grade
  /** Where its successor is there before it goes. @default grade */
  readonly gentle?: Grade
  /** What stops meanwhile, and for about how long; a sentence without its full stop. */
  readonly cut: string
  /** What reverting the pull request does not bring back; absent where it brings back all. */
  readonly lost?: string
}

export type Consequences = Readonly<Record<string, Consequence>>
