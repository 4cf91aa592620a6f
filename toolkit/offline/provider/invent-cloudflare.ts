import { createHash } from 'node:crypto'
import type { Value } from '../wire/value.ts'
import type { Invention } from './invent-value.ts'

const MADE_ON = '2025-01-01T00:00:00Z'

/** A value such as Cloudflare could fill in: ids of 32 hex digits, a time for what was made, and else nothing much. */
export function inventCloudflare({ name, attributeType, seed }: Invention): Value {
  if (attributeType === 'number') return 0
  if (attributeType === 'bool') return false
  if (Array.isArray(attributeType)) return attributeType[0] === 'map' || attributeType[0] === 'object' ? {} : []
  if (attributeType === 'dynamic') return null
  if (name === 'id') return createHash('sha256').update(seed).digest('hex').slice(0, 32)
  return /_(on|at)$/.test(name) ? MADE_ON : ''
}
