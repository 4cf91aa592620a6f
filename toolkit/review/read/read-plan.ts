import { isPlain } from '../changes/difference.ts'
import type { Values } from '../snapshot.ts'
import { positionOfKey, readJson } from './read-json.ts'
import { refuse } from './refuse.ts'

/** A plan as `terraform show -json` prints it, as far as a review reads it. */
export interface PlanDocument {
  readonly format_version: string
  readonly terraform_version?: string
  readonly timestamp?: string
  /** Absent before Terraform 1.8. */
  readonly complete?: boolean
  readonly applyable?: boolean
  readonly errored?: boolean
  readonly resource_changes?: readonly PlannedChange[]
  readonly resource_drift?: readonly PlannedChange[]
  readonly relevant_attributes?: readonly { readonly resource: string; readonly attribute: readonly unknown[] }[]
  readonly output_changes?: Readonly<Record<string, { readonly before?: unknown; readonly after?: unknown }>>
  readonly prior_state?: unknown
  readonly configuration?: {
    readonly provider_config?: Readonly<Record<string, { readonly name?: string; readonly expressions?: Values }>>
    readonly root_module?: {
      readonly resources?: readonly {
        readonly address: string
        readonly mode?: string
        readonly expressions?: Values
        readonly depends_on?: readonly string[]
      }[]
    }
  }
}

export interface PlannedChange {
  readonly address: string
  readonly previous_address?: string
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  readonly action_reason?: string
  readonly change: {
    readonly actions: readonly string[]
    readonly before: Values | null
    readonly after: Values | null
    readonly after_unknown?: unknown
    readonly before_sensitive?: unknown
    readonly after_sensitive?: unknown
    readonly replace_paths?: readonly (readonly unknown[])[]
    readonly importing?: unknown
  }
}

/** Terraform promises that whoever reads 1.x can read every later 1.y. */
const MAJOR = '1'

/**
 * Reads one plan.
 *
 * @param file for messages
 * @throws AntipodeError REVIEW_INPUT_REFUSED with file, line and column: cut off, of a version to come, or no plan
 */
export function readPlan(file: string, text: string): PlanDocument {
  const read = readJson(file, text)
  if (!isPlain(read))
    throw refuse(file, 'is no plan; write one with terraform show -json <plan>', { line: 1, column: 1 })
  const version = read.format_version
  if (typeof version !== 'string') {
    const stream = '@level' in read || 'type' in read
    const hint = stream ? 'it is the log of terraform plan -json' : 'it has no format_version'
    throw refuse(file, `is no plan: ${hint}; write one with terraform show -json <plan>`, { line: 1, column: 1 })
  }
  if (version.split('.')[0] !== MAJOR) {
    const known = `is of format ${version}, and this version of antipode reads ${MAJOR}.x`
    throw refuse(file, `${known}; update antipode`, positionOfKey(text, 'format_version'))
  }
  if (!Array.isArray(read.resource_changes) && !('planned_values' in read) && 'values' in read) {
    throw refuse(file, 'is a state, no plan; name the plan in terraform show -json <plan>', { line: 1, column: 1 })
  }
  for (const change of [...asList(read.resource_changes), ...asList(read.resource_drift)])
    checkChange(file, text, change)
  return read as unknown as PlanDocument
}

function checkChange(file: string, text: string, change: unknown): void {
  const fields = isPlain(change) ? change : {}
  const { actions } = isPlain(fields.change) ? fields.change : {}
  if (typeof fields.address === 'string' && typeof fields.type === 'string' && Array.isArray(actions)) return
  const address = typeof fields.address === 'string' ? fields.address : 'a resource without an address'
  throw refuse(file, `says nothing of what happens to ${address}`, positionOfKey(text, address))
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
