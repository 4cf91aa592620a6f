import type { ResourceChange } from './changes/resource-change.ts'

/** Something that a change meets, or does, when it is applied. */
export interface ApplyFinding {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  /** Why, and what to change. */
  readonly detail: string
  /** Where it is known from. */
  readonly source: string
  readonly path?: readonly (string | number)[]
}

/** What providers do with a change; the room of the offline check knows. */
export interface ProviderRules {
  /** Arguments whose change replaces the resource. */
  replacedFor(
    type: string,
    before: object,
    after: object,
  ): readonly { readonly argument: string; readonly source: string }[]
  /** Null: it is created, or destroyed. */
  atApply(type: string, before: object | null, after: object | null): readonly ApplyFinding[]
  /** What only shows where all changes are read at once. */
  together(changes: readonly WholeChange[]): readonly (ApplyFinding & { readonly address: string })[]
  /** Arguments that hold secrets. */
  secrets(type: string): ReadonlySet<string>
}

/** A change as rules over a whole plan read it. */
export type WholeChange = Pick<
  ResourceChange,
  'address' | 'type' | 'name' | 'action' | 'replacedFor' | 'before' | 'after'
>
