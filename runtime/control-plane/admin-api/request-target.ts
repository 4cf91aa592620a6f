/** A request's path, split before it is decoded, so that an id may not smuggle in a step. */
export interface RequestTarget {
  /** The decoded steps after the prefix; empty ones are left out. */
  readonly steps: readonly string[]
  readonly query: URLSearchParams
}

/** Of an absolute-form target. */
const ORIGIN = /^https?:\/\/[^/?]*/i

/** Undefined when the path is not percent-encoded UTF-8, or goes up or nowhere by `..` or `.`. */
export function readTarget(url: string, prefix: string): RequestTarget | undefined {
  const [path = '', ...search] = url.replace(ORIGIN, '').split('?')
  try {
    const steps = path
      .slice(prefix.length)
      .split('/')
      .filter((step) => step !== '')
      .map(decodeURIComponent)
    // A client, or a proxy on the way, may have taken them out; what is meant must not depend on that.
    if (steps.some((step) => step === '.' || step === '..')) return undefined
    return { steps, query: new URLSearchParams(search.join('?')) }
  } catch {
    return undefined
  }
}
