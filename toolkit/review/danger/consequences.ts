import type { ResourceChange } from '../changes/resource-change.ts'
import type { Consequence, Consequences, Grade } from './consequence.ts'
import { DATABASE_CONSEQUENCES } from './databases.ts'
import { NAME_CONSEQUENCES } from './names.ts'
import { NETWORK_CONSEQUENCES } from './networks.ts'
import { SERVICE_CONSEQUENCES } from './services.ts'

/** By type; a test holds that every type that a construct makes is here. */
export const CONSEQUENCES: Consequences = {
  ...NETWORK_CONSEQUENCES,
  ...NAME_CONSEQUENCES,
  ...DATABASE_CONSEQUENCES,
  ...SERVICE_CONSEQUENCES,
}

/** What is known of a type; of a strange one that nothing is. */
export function consequenceOf(type: string): Consequence {
  return CONSEQUENCES[type] ?? { noun: type, grade: 'cut', cut: 'not known for this type; ask who owns it' }
}

/** Terraform lets go of it, and leaves it as it is. */
export function isKept({ before }: Pick<ResourceChange, 'before'>): boolean {
  return before?.skip_destroy === true
}

/** What stops meanwhile; nothing where its successor takes over before it goes. */
export function cutOf({ type, action }: { readonly type: string; readonly action: string }): string {
  const { cut, gentle } = consequenceOf(type)
  return action === 'replace-before-destroy' && gentle ? 'none for callers: its successor is there first' : cut
}

/** How much it matters that a resource goes, alone, for a successor, or after it. */
export function gradeOf(change: Pick<ResourceChange, 'type' | 'action' | 'before'>): Grade {
  const { type, action } = change
  const { grade, gentle } = consequenceOf(type)
  if (isKept(change)) return 'routine'
  return action === 'replace-before-destroy' ? (gentle ?? grade) : grade
}
