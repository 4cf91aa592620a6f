import { AntipodeError } from '../../runtime/model/errors.ts'
import type { Change, Operation } from './compare/change.ts'
import type { Difference } from './compare/differences.ts'
import type { RegionOutcome } from './session.ts'

const SIGNS: Readonly<Record<Operation, string>> = { create: '+', update: '~', delete: '-' }
const HIDDEN = '(hidden)'
const SECRET =
  /(^|\.)(key|keys|secret|password|client_key|private_key|secret_key|token|auth_header|client_secret)(\.|$)/
/** What chash hashes; no secret, in spite of its name. */
const OPEN = /^(upstream\.)?key$/
const LONGEST_VALUE = 60

/** Changes as machines read them. Values of secrets are left out. */
export function changeRecord(change: Change) {
  const { operation, type, id, name, parentId } = change
  return {
    ...{ operation, type, id, name },
    ...(parentId === undefined ? {} : { parent: parentId }),
    ...(change.operation === 'update'
      ? { differences: change.differences.map((difference) => withoutSecrets(change, difference)) }
      : {}),
  }
}

/** A change as people read it: a line, and one for each property that differs. */
export function changeLines(change: Change): string[] {
  const lines = [`  ${SIGNS[change.operation]} ${nameOf(change)}`]
  if (change.operation !== 'update') return lines
  for (const difference of change.differences) {
    const { path, remote, local } = withoutSecrets(change, difference)
    lines.push(`      ${path || 'all of it'}: ${shown(remote)} → ${shown(local)}`)
  }
  return lines
}

export function nameOf({ type, name, parentId }: Pick<Change, 'type' | 'name' | 'parentId'>): string {
  const of = type === 'consumer_credential' ? ` of ${parentId}` : ''
  return `${type.replaceAll('_', ' ')} ${JSON.stringify(name)}${of}`
}

export function countOf(changes: readonly Change[]): Record<Operation, number> {
  const count = (operation: Operation) => changes.filter((change) => change.operation === operation).length
  return { create: count('create'), update: count('update'), delete: count('delete') }
}

/** What machines read of a region that gave no result. */
export function errorRecord({ region, error }: RegionOutcome<unknown>) {
  return {
    ...{ name: region.name, server: region.server },
    error: { code: error instanceof AntipodeError ? error.code : 'FAILED', message: error?.message ?? 'unknown' },
  }
}

function withoutSecrets({ type }: Change, difference: Difference): Difference {
  const { path } = difference
  const isOpen = (type === 'service' || type === 'upstream') && OPEN.test(path)
  const isSecret = type === 'consumer_credential' ? path.startsWith('config') : SECRET.test(path) && !isOpen
  const show = (value: unknown) => (isSecret ? HIDDEN : masked(value))
  return {
    path,
    ...('remote' in difference ? { remote: show(difference.remote) } : {}),
    ...('local' in difference ? { local: show(difference.local) } : {}),
  }
}

function masked(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item) => (SECRET.test(key) && typeof item === 'string' ? HIDDEN : item)) ?? 'null',
  )
}

function shown(value: unknown): string {
  if (value === undefined) return 'none'
  const text = JSON.stringify(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}
