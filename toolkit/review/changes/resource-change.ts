import type { Values } from '../snapshot.ts'
import type { Difference } from './difference.ts'

/**
 * `replace`: destroyed, then made again; `replace-before-destroy`: made again first. `forget`: left as it is, outside
 * Terraform. `move`: another address, nothing else. `import`: taken in as it is.
 */
export type Action =
  | 'create'
  | 'update'
  | 'delete'
  | 'replace'
  | 'replace-before-destroy'
  | 'forget'
  | 'move'
  | 'import'

/** What a pull request does to one resource. Values are masked. */
export interface ResourceChange {
  readonly address: string
  readonly type: string
  readonly name: string
  readonly stack: string
  /** Where it is, or `global`. */
  readonly region: string
  readonly layer: string
  readonly topology: string | null
  /** The construct that makes it. */
  readonly constructPath: string | null
  readonly action: Action
  /** Arguments that make it necessary to replace it. */
  readonly replacedFor: readonly string[]
  /** Terraform's `action_reason`, such as `delete_because_no_resource_config`. */
  readonly reason: string | null
  readonly differences: readonly Difference[]
  readonly before: Values | null
  readonly after: Values | null
  readonly previousAddress: string | null
  /** Whether the real Terraform said so, or the rules of the provider alone. */
  readonly from: 'plan' | 'stacks'
}

export function destroys({ action }: Pick<ResourceChange, 'action'>): boolean {
  return action === 'delete' || isReplaced({ action })
}

export function isReplaced({ action }: Pick<ResourceChange, 'action'>): boolean {
  return action === 'replace' || action === 'replace-before-destroy'
}

/** `us-east-1 · payments-us-east-1-data · aws_db_instance.database_g1`, unique over all stacks. */
export function keyOf({ stack, address }: Pick<ResourceChange, 'stack' | 'address'>): string {
  return `${stack}/${address}`
}
