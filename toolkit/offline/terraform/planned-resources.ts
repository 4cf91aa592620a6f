/**
 * `replace`: destroyed, then made again; `replace-before-destroy`: made again first, then destroyed; `forget`: Terraform
 * lets go of it and leaves it as it is.
 */
export type PlannedAction = 'create' | 'update' | 'delete' | 'replace' | 'replace-before-destroy' | 'read' | 'forget'

/** What a plan does to one resource. */
export interface PlannedResource {
  readonly address: string
  readonly type: string
  readonly name: string
  readonly action: PlannedAction
  /** Arguments that make it necessary to replace it. */
  readonly replacedFor: readonly string[]
  /** Null where it is created. */
  readonly before: Readonly<Record<string, unknown>> | null
  /** Without what is only known once it is applied; null where it is not kept. */
  readonly after: Readonly<Record<string, unknown>> | null
}

interface Change {
  readonly address: string
  readonly type: string
  readonly name: string
  readonly mode: 'managed' | 'data'
  readonly change: Pick<PlannedResource, 'before' | 'after'> & {
    readonly actions: readonly string[]
    readonly replace_paths?: readonly (readonly unknown[])[]
  }
}

const REPLACEMENTS: Readonly<Record<string, PlannedAction>> = {
  'delete,create': 'replace',
  'create,delete': 'replace-before-destroy',
}

/** Reads what `terraform show -json` prints of a plan; what it leaves alone is left out. */
export function readPlan(json: string): PlannedResource[] {
  const { resource_changes: changes = [] } = JSON.parse(json) as { resource_changes?: readonly Change[] }
  return changes
    .filter(({ mode, change }) => mode === 'managed' && change.actions.join() !== 'no-op')
    .map(({ address, type, name, change }) => {
      const { actions, before, after, replace_paths: paths = [] } = change
      const action = REPLACEMENTS[actions.join()] ?? (actions.join() as PlannedAction)
      return { address, type, name, action, replacedFor: paths.map((path) => path.join('.')), before, after }
    })
}
