import { hash } from 'node:crypto'
import type { PublishedType, ResourceValue } from './resource.ts'

const MODULUS = 1n << 256n
const WHEN_WRITTEN = new Set(['create_time', 'update_time'])

/** JSON with object keys in code-point order, so that equal values have equal text (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') return canonicalObject(value as ResourceValue)
  return JSON.stringify(value) ?? 'null'
}

/** A start hashes every resource there is, so nothing is copied here. */
function canonicalObject(object: ResourceValue, without?: ReadonlySet<string>): string {
  let text = ''
  for (const key of Object.keys(object).sort()) {
    const value = object[key]
    if (value === undefined || without?.has(key)) continue
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonicalJson(value)}`
  }
  return text === '' ? '{}' : `${text}}`
}

/**
 * SHA-256 of a resource's content, in hex. Times of writing are left out, so that independent regions given the same
 * configuration at different moments have the same hash.
 */
export function resourceHash(value: ResourceValue): string {
  return hash('sha256', canonicalObject(value, WHEN_WRITTEN))
}

/**
 * The hash of a whole group's configuration: the sum, modulo 2^256, of one SHA-256 per resource. A sum can be brought
 * forward by a change in constant time, however many resources there are; frames are signed, so it need only reveal
 * accidents, not forgers.
 */
export class ConfigurationHash {
  #sum = 0n

  add(type: PublishedType, id: string, contentHash: string): void {
    this.#sum = (this.#sum + digestOf(type, id, contentHash)) % MODULUS
  }

  remove(type: PublishedType, id: string, contentHash: string): void {
    this.#sum = (this.#sum - digestOf(type, id, contentHash) + MODULUS) % MODULUS
  }

  assign(other: ConfigurationHash): void {
    this.#sum = other.#sum
  }

  /** 64 hex digits; all zeros for an empty configuration. */
  toString(): string {
    return this.#sum.toString(16).padStart(64, '0')
  }
}

function digestOf(type: PublishedType, id: string, contentHash: string): bigint {
  return BigInt(`0x${hash('sha256', `${type}/${id}\n${contentHash}`)}`)
}
