import { createHash } from 'node:crypto'

/**
 * A deterministic name for a resource whose service allows only so many characters. What is too long is cut and ends
 * in a hash of the whole, so that two long names never meet.
 */
export function resourceName(limit: number, ...parts: readonly string[]): string {
  const name = parts.join('-')
  if (name.length <= limit) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6)
  return `${name.slice(0, limit - 7).replace(/-+$/, '')}-${hash}`
}
