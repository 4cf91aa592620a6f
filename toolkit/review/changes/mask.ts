import { createHash } from 'node:crypto'
import { type Difference, differencesOf, isPlain, MASKED } from './difference.ts'

/** Names by which secrets go, whatever their type's schema says. */
const SECRET =
  /(^|[._-])(password|passwd|secret|secrets|token|private_?key|secret_?(key|string|binary)|api_?key|admin_?key|credentials?|auth_header|connection_string|preshared_key)(_wo)?([._-]|$)/i
/** Names of secrets, or settings about them, that are no secrets themselves. */
const OPEN =
  /(_arn|_id|_name|_version|_storage|_days|_policy|_interval|_wo_version|_enabled|password_length|recovery_window_in_days)$/i
/** What only says where a secret is. */
const REFERENCE = /^(arn:|\$\{|alias\/)/

/** One side of a change, and what Terraform marked in it. */
export interface Marked {
  readonly value: unknown
  /** `before_sensitive`, or `after_sensitive`. */
  readonly sensitive?: unknown
}

/** Both sides of a change without what is secret, by its name or its mark; that a secret changes is still told. */
export function maskedSides(
  before: Marked,
  after: Marked,
  secrets: ReadonlySet<string>,
): { readonly before: unknown; readonly after: unknown; readonly differences: readonly Difference[] } {
  const [from, to] = [masked(before.value, before.sensitive, secrets), masked(after.value, after.sensitive, secrets)]
  const differences = from && to ? differencesOf(from, to) : []
  return {
    before: unsealed(from),
    after: unsealed(to),
    differences: differences.map((it) => unsealed(it) as Difference),
  }
}

/** In place of a secret while two sides are compared; never leaves this file. */
function seal(value: unknown): string {
  return `${MASKED}${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`
}

const SEALED = /\(sensitive\)[0-9a-f]{64}/g

function unsealed(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(SEALED, MASKED)
  if (Array.isArray(value)) return value.map(unsealed)
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unsealed(item)]))
}

function masked(value: unknown, sensitive: unknown, secrets: ReadonlySet<string>): unknown {
  return withoutSecrets(value, sensitive, (name, depth) => (depth === 0 && secrets.has(name)) || isSecretName(name), 0)
}

/** Whether a name says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name.replace(/([a-z])([A-Z])/g, '$1_$2')) && !OPEN.test(name)
}

function withoutSecrets(
  value: unknown,
  sensitive: unknown,
  isSecret: (name: string, depth: number) => boolean,
  depth: number,
): unknown {
  if (sensitive === true) return value === null || value === undefined ? value : seal(value)
  if (Array.isArray(value)) {
    const marks = Array.isArray(sensitive) ? sensitive : []
    return value.map((item, index) => withoutSecrets(item, marks[index], isSecret, depth + 1))
  }
  if (isPlain(value)) {
    const marks = isPlain(sensitive) ? sensitive : {}
    // `{ name, value }`, as containers take their environment.
    const pair = typeof value.name === 'string' && 'value' in value && isSecretName(value.name)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const hidden = typeof item === 'string' && item !== '' && (isSecret(key, depth) || (pair && key === 'value'))
        if (hidden && !REFERENCE.test(item)) return [key, seal(item)]
        return [key, withoutSecrets(item, marks[key], isSecret, depth + 1)]
      }),
    )
  }
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) return maskedJson(value, isSecret)
  return value
}

function maskedJson(text: string, isSecret: (name: string, depth: number) => boolean): string {
  try {
    return JSON.stringify(withoutSecrets(JSON.parse(text), undefined, isSecret, 1))
  } catch {
    return text
  }
}
