/** The longest time that etcd, and so APISIX, gives a resource: 285 years, in seconds. */
const LONGEST = 9_000_000_000

/**
 * Reads `?ttl=`: seconds until the resource is removed by itself; 0, like none, for never.
 *
 * @returns milliseconds, or null for never, or what is wrong, in APISIX's words where it has any
 */
export function readTimeToLive(ttl: string | null): { readonly milliseconds: number | null } | string {
  if (ttl === null) return { milliseconds: null }
  const seconds = ttl.trim() === '' ? Number.NaN : Number(ttl)
  if (!Number.isFinite(seconds)) return 'invalid argument ttl: should be a number'
  if (seconds < 0 || seconds > LONGEST) return `invalid argument ttl: should be between 0 and ${LONGEST}`
  return { milliseconds: seconds === 0 ? null : Math.ceil(seconds * 1000) }
}
