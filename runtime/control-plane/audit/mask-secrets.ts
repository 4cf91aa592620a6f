import { isDeepStrictEqual } from 'node:util'
import { kindOf, type ResourceValue, type StoredKind, type StoredType } from '../../model/resource.ts'

/** Fields that hold secrets, wherever they stand; a name too many hides little, one too few shows a key. */
const SECRET_NAME =
  /^(keys?|hash|salt|cookie|jwt)$|passw|passphrase|secret|token|credential|authorization|auth_header|(api|private|client|access|session|master|encryption|account|sas|hmac)[-_]?keys?$/i
/** Where `key` says what is counted, hashed or compared. */
const HARMLESS_KEY: ReadonlySet<StoredKind> = new Set(['upstreams', 'permission_policies'])
const BESIDE_HARMLESS_KEY = ['key_type', 'count', 'rate', 'conn', 'hash_on', 'operator']
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
/** The password in an address. */
const USER_INFO = /(\/\/[^/:@\s]*:)[^/@\s]+@/g
/** Names a secret that is kept elsewhere. */
const REFERENCE = /^\$(secret|env):\/\//i

const MASK = '***'
const CHANGED = '*** (changed)'

/**
 * A resource as the audit log may keep it. A secret becomes `***`, or `*** (changed)` where it is another than before.
 *
 * @param before the same resource before a change; without one nothing is told to have changed
 */
export function maskSecrets(type: StoredType, value: unknown, before: unknown = value): unknown {
  if (kindOf(type) === 'variables') return maskVariable(value as ResourceValue, before as ResourceValue)
  return mask(value, before, HARMLESS_KEY.has(kindOf(type)))
}

/** One that is, or was, a secret. */
function maskVariable(variable: ResourceValue, before: ResourceValue): ResourceValue {
  if (!variable.secret && !before.secret) return variable
  return { ...variable, value: hidden(variable.value, before.value) }
}

function mask(value: unknown, before: unknown, keysAreHarmless: boolean): unknown {
  if (typeof value === 'string') {
    if (PRIVATE_KEY.test(value)) return hidden(value, before)
    return value.replace(USER_INFO, '$1***@')
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(before) ? before : []
    return value.map((item, index) => mask(item, others[index], keysAreHarmless))
  }
  const others = typeof before === 'object' && before !== null ? (before as Record<string, unknown>) : {}
  const harmless = keysAreHarmless || BESIDE_HARMLESS_KEY.some((name) => Object.hasOwn(value, name))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const other = Object.hasOwn(others, name) ? others[name] : undefined
      const secret = SECRET_NAME.test(name) && !(harmless && name === 'key') && holdsText(item)
      return [name, secret ? hidden(item, other) : mask(item, other, keysAreHarmless)]
    }),
  )
}

/** A number or a switch is no secret, and a reference does not tell one. */
function holdsText(item: unknown): boolean {
  if (typeof item === 'string') return !REFERENCE.test(item)
  return typeof item === 'object' && item !== null
}

function hidden(value: unknown, before: unknown): string {
  return isDeepStrictEqual(value, before) ? MASK : CHANGED
}
