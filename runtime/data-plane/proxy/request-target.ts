export interface RequestTarget {
  /** Normalised: what is matched is what is forwarded. */
  readonly path: string
  /** Without the question mark; undefined when there is none. */
  readonly query: string | undefined
  /** In origin-form, otherwise as the client wrote it. */
  readonly asSent: string
  /** Of an absolute-form target, which then replaces `Host`. */
  readonly authority: string | undefined
}

const NEEDS_WORK = /%|\/\/|\/\./
const NOT_PRINTABLE = /[^\x21-\x7e]/
const UNRESERVED = /[A-Za-z0-9\-._~]/

/**
 * Takes the target of a request line apart and normalises its path once: escaped unreserved characters are decoded
 * (so `%2e%2e` is a dot segment), an escaped slash stays as sent, dot segments are resolved, repeated slashes merged.
 *
 * @returns undefined for what is not a valid target, or would climb above the root
 */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  if (NOT_PRINTABLE.test(target)) return undefined
  let rest = target
  let authority: string | undefined
  if (!rest.startsWith('/')) {
    const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(rest)
    if (!absolute) return undefined
    authority = absolute[1]!
    rest = absolute[2]!.startsWith('/') ? absolute[2]! : `/${absolute[2]!}`
  }
  const fragment = rest.indexOf('#')
  if (fragment >= 0) rest = rest.slice(0, fragment)
  const mark = rest.indexOf('?')
  const path = normalisePath(mark < 0 ? rest : rest.slice(0, mark))
  if (path === undefined) return undefined
  return { path, query: mark < 0 ? undefined : rest.slice(mark + 1), asSent: rest, authority }
}

/** Also used for the paths of routes, so that both sides are written alike. Undefined for an invalid path. */
export function normalisePath(path: string): string | undefined {
  if (!NEEDS_WORK.test(path)) return path
  let valid = true
  const decoded = path.replace(/%(.{0,2})/g, (_, digits: string) => {
    if (!/^[0-9A-Fa-f]{2}$/.test(digits) || digits === '00') valid = false
    const character = String.fromCharCode(Number.parseInt(digits, 16))
    if (character === '/') return `%${digits}`
    return UNRESERVED.test(character) ? character : `%${digits.toUpperCase()}`
  })
  return valid ? resolveSegments(decoded) : undefined
}

function resolveSegments(path: string): string | undefined {
  const segments = path.split('/')
  const last = segments.at(-1)
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') kept.push(segment)
    else if (kept.pop() === undefined) return undefined
  }
  const isFolder = last === '' || last === '.' || last === '..'
  return `/${kept.join('/')}${isFolder && kept.length > 0 ? '/' : ''}`
}
