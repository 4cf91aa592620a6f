/** A promotion, carried out or not, as the Admin API shows it. */
export interface Promotion {
  /** Of one that was carried out. */
  readonly id?: string
  readonly source: string
  readonly target: string
  readonly service: string
  readonly changes: readonly ShownChange[]
  /** Variables that the target lacks. */
  readonly missing_variables?: readonly string[]
}

export interface ShownChange {
  readonly type: string
  readonly id: string
  readonly action: 'create' | 'update' | 'delete' | 'unchanged'
  /** Others may refer to it too. */
  readonly shared: boolean
  /** Of an update. */
  readonly fields?: readonly string[]
  readonly before?: Readonly<Record<string, unknown>> | null
  readonly after?: Readonly<Record<string, unknown>> | null
}

const SIGNS = { create: '+', update: '~', delete: '-', unchanged: ' ' } as const

/** What a promotion changes, resource by resource and field by field. */
export function promotionText(
  { id, source, target, service, changes, missing_variables: missing = [] }: Promotion,
  { isRollback, isDone }: { readonly isRollback: boolean; readonly isDone: boolean },
): string {
  const title = isRollback
    ? `service ${service} in ${target}, back to what it was`
    : `service ${service} from ${source} to ${target}`
  const different = changes.filter(({ action }) => action !== 'unchanged')
  const unchanged = changes.length - different.length
  const lines = [title, '', ...different.flatMap(changeLines)]
  if (unchanged > 0) lines.push(`  ${unchanged} unchanged`)
  if (missing.length > 0) lines.push('', `${target} has no variable ${missing.join(', ')}, which this refers to`)
  lines.push('', ending(different.length, isDone, isRollback, target, id))
  return lines.join('\n')
}

function ending(count: number, isDone: boolean, isRollback: boolean, target: string, id: string | undefined): string {
  if (!isDone) return count === 0 ? 'nothing would change' : 'nothing was changed; --yes carries it out'
  if (isRollback) return 'taken back'
  return `promoted; antipode promote --rollback ${id} --to ${target} --yes takes it back`
}

function changeLines({ type, id, action, shared, fields = [], before, after }: ShownChange): string[] {
  const note = shared ? ' (shared with others)' : ''
  const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))
  return [
    `${SIGNS[action]} ${type}/${id}${note}`,
    ...fields.map((field) => `    ${field}: ${shown(before?.[field])} → ${shown(after?.[field])}`),
  ]
}
