import { createHash, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import { certificatesIn } from './pem.ts'

/**
 * Compact JWS (RFC 7515) with Ed25519 (RFC 8037), in the one form that is issued here: the header holds `alg`, `typ`
 * and `kid` and nothing else, so that no header can choose an algorithm, bring its own key or ask for an extension.
 */
export interface SigningKey {
  readonly id: string
  readonly privateKey: KeyObject
}

/** A token that must not be believed; the message says why. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'
}

const HEADER_FIELDS = new Set(['alg', 'typ', 'kid'])
const SIGNATURE_BYTES = 64
/** Characters. */
const LONGEST = 16_384

/** Names a public key: the SHA-256 of its SPKI, in hexadecimal. */
export function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** The keys of authorities (PEM, one certificate after the other) by their names. */
export function keysOf(anchors: string): ReadonlyMap<string, KeyObject> {
  return new Map(
    certificatesIn(anchors).map((pem) => {
      const { publicKey } = new X509Certificate(pem)
      return [keyId(publicKey), publicKey]
    }),
  )
}

/** @param type what the token is for, as `typ`: a token for one purpose is refused for any other */
export function signToken(type: string, payload: object, key: SigningKey): string {
  const header = { alg: 'EdDSA', typ: type, kid: key.id }
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${sign(null, Buffer.from(signed), key.privateKey).toString('base64url')}`
}

/**
 * The payload of a token that one of these keys has signed.
 *
 * @throws TokenRefusal
 */
export function openToken(type: string, token: string, keys: ReadonlyMap<string, KeyObject>): Record<string, unknown> {
  if (token.length > LONGEST) throw new TokenRefusal(`it is longer than ${LONGEST} characters`)
  const parts = token.split('.')
  if (parts.length !== 3) throw new TokenRefusal('it does not have three parts')
  const [header, payload, signature] = parts.map(decode) as [Buffer, Buffer, Buffer]
  const fields = parseObject(header)
  if (fields.alg !== 'EdDSA') throw new TokenRefusal(`its algorithm is ${JSON.stringify(fields.alg)}, not "EdDSA"`)
  if (fields.typ !== type) throw new TokenRefusal(`its type is ${JSON.stringify(fields.typ)}, not "${type}"`)
  const unknown = Object.keys(fields).find((name) => !HEADER_FIELDS.has(name))
  if (unknown !== undefined) throw new TokenRefusal(`its header holds ${JSON.stringify(unknown)}`)
  const key = typeof fields.kid === 'string' ? keys.get(fields.kid) : undefined
  if (!key) throw new TokenRefusal('no authority that is trusted here has signed it')
  if (key.asymmetricKeyType !== 'ed25519') throw new TokenRefusal('its key is not an Ed25519 key')
  const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  if (signature.length !== SIGNATURE_BYTES || !verify(null, signed, key, signature)) {
    throw new TokenRefusal('its signature is wrong')
  }
  return parseObject(payload)
}

/** What a token says, without asking who signed it: for its holder, who only passes it on. @throws TokenRefusal */
export function readToken(token: string): Record<string, unknown> {
  const parts = token.split('.')
  if (token.length > LONGEST || parts.length !== 3) throw new TokenRefusal('it is not a compact JWS')
  return parseObject(decode(parts[1]!))
}

function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  // Node skips what is not base64url; here each text has one reading.
  if (part === '' || bytes.toString('base64url') !== part) throw new TokenRefusal('it is not base64url')
  return bytes
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new TokenRefusal('it does not hold JSON objects')
}
