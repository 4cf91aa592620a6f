import type { PeerCertificate } from 'node:tls'

/**
 * What an identity is proved with and revoked by: `certificate/<serial, in lower-case hexadecimal>` or `token/<jti>`.
 */
export type Credential = `certificate/${string}` | `token/${string}`

const SERIAL = /^[0-9a-f]{1,40}$/
const TOKEN_ID = /^[0-9a-f-]{1,64}$/

/** @param serial as people copy it: in either case, with or without colons and leading zeros */
export function certificateCredential(serial: string): Credential | undefined {
  const digits = serial
    .replaceAll(':', '')
    .toLowerCase()
    .replace(/^(0x)?0*/, '')
  return SERIAL.test(digits) ? `certificate/${digits}` : undefined
}

export function tokenCredential(id: string): Credential | undefined {
  const lower = id.toLowerCase()
  return TOKEN_ID.test(lower) ? `token/${lower}` : undefined
}

/**
 * What the holder of an instance's leaf identified itself with when it first registered. It stays in the leaf's subject
 * through every renewal, so that a bundle or token is revoked together with all that was ever issued for it.
 */
export function originOf(certificate: PeerCertificate): Credential {
  const { OU } = certificate.subject as unknown as Record<string, string | string[] | undefined>
  if (typeof OU === 'string' && /^(certificate|token)\/[0-9a-f-]+$/.test(OU)) return OU as Credential
  return certificateCredential(certificate.serialNumber)!
}
