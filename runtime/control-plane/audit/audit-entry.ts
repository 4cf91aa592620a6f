import type { ResourceValue, StoredType } from '../../model/resource.ts'
import type { Origin } from '../configuration-store.ts'
import { maskSecrets } from './mask-secrets.ts'

/** One resource that a write changed; null where it was not there, or is no more. Secrets are masked. */
export interface AuditedChange {
  /** The gateway group that it is in; absent where it is in none. */
  readonly group?: string
  /** As it is written: with the group, where that is not `default`. As it is read: the kind alone. */
  readonly type: StoredType
  readonly id: string
  readonly before: unknown
  readonly after: unknown
}

/** What one write did, in the row that is written with it. */
export interface AuditedWrite {
  readonly by: string
  readonly address: string | null
  readonly method: string | null
  readonly path: string | null
  readonly write: string
  readonly status: number
  readonly changes: readonly AuditedChange[]
}

/** A step of a write, as the head of the configuration took it. */
export interface Step {
  readonly type: StoredType
  readonly id: string
  readonly before: ResourceValue | null
  readonly after: ResourceValue | null
}

/** Who is named where nobody called. */
const ITSELF = 'the control plane'

export function auditedWrite(
  origin: Origin | undefined,
  write: string,
  status: number,
  steps: readonly Step[],
): AuditedWrite {
  const { by = ITSELF, address = null, method = null, path = null } = origin ?? {}
  const changes = steps.map(({ type, id, before, after }) => ({
    ...{ type, id, before: before && maskSecrets(type, before) },
    after: after && maskSecrets(type, after, before ?? undefined),
  }))
  return { by, address, method, path, write, status, changes }
}
