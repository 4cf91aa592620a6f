import { isPlain } from '../changes/difference.ts'
import { addressOf, type ReviewedStack, resourcesOf, type Values } from '../snapshot.ts'
import type { PolicyView, Violation } from './policy.ts'

/** One resource that a policy looks at. */
export interface Found {
  readonly stack: ReviewedStack
  readonly type: string
  readonly name: string
  readonly values: Values
}

/** Every resource of one of the types. */
export function each(view: PolicyView, ...types: readonly string[]): Found[] {
  return view.stacks.flatMap((stack) =>
    [...resourcesOf(stack)].flatMap(({ type, name, block }) => {
      return types.includes(type) ? [{ stack, type, name, values: block }] : []
    }),
  )
}

/** Blocks within a resource: documents write one alone, plans always a list. */
export function nested(values: Values, name: string): readonly Values[] {
  return [values[name]].flat().filter(isPlain)
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

/** A reference, or what is only known later: nobody can tell yet what it will be. */
export function isOpen(value: unknown): boolean {
  return typeof value === 'string' && (value.includes('${') || value.startsWith('(known after'))
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** A violation by a resource. */
export function by({ stack, type, name }: Found, message: string): Violation {
  return { message, region: stack.region, stack: stack.name, address: addressOf(type, name) }
}

/** The statements of a policy document of IAM. */
export function statementsOf(policy: unknown): readonly Values[] {
  if (typeof policy !== 'string') return []
  try {
    const { Statement: statements } = JSON.parse(policy) as { Statement?: unknown }
    return [statements].flat().filter(isPlain)
  } catch {
    return []
  }
}

/** Containers of a task definition. */
export function containersOf(values: Values): readonly Values[] {
  if (typeof values.container_definitions !== 'string') return []
  try {
    const containers: unknown = JSON.parse(values.container_definitions)
    return Array.isArray(containers) ? containers.filter(isPlain) : []
  } catch {
    return []
  }
}

export function textsIn(value: unknown): readonly string[] {
  return [value].flat().filter((it): it is string => typeof it === 'string')
}
