import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyPair } from '../certificate-issuer.ts'

/** A certificate is renewed once less than this share of its life is left. */
const RENEWED_AT = 1 / 3

/** An identity as its secret holds it. */
export interface StoredIdentity extends KeyPair {
  /** The authority that its holder trusts, PEM. */
  readonly authority: string
}

/** Why an identity must be issued anew, or undefined while it is good. */
export function identityProblem(
  stored: string,
  wanted: { readonly identity: string; readonly authority: KeyPair; readonly now: Date },
): string | undefined {
  const pair = readPair(stored) as Partial<StoredIdentity> | undefined
  if (!pair) return 'it holds no certificate with its key'
  const certificate = new X509Certificate(pair.certificate as string)
  const authority = new X509Certificate(wanted.authority.certificate)
  if (certificate.subjectAltName !== `URI:${wanted.identity}`) return `it names ${certificate.subjectAltName}`
  if (pair.authority?.trim() !== wanted.authority.certificate.trim() || !certificate.verify(authority.publicKey)) {
    return 'another authority issued it'
  }
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  const left = (until - wanted.now.getTime()) / (until - from)
  if (left <= 0) return `it expired on ${certificate.validTo}`
  return left < RENEWED_AT ? `it expires on ${certificate.validTo}` : undefined
}

/** Reads JSON `{ certificate, key }`, or undefined where the text is none, or the two do not belong together. */
export function readPair(stored: string): KeyPair | undefined {
  try {
    const pair = JSON.parse(stored) as KeyPair
    return new X509Certificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.key)) ? pair : undefined
  } catch {
    return undefined
  }
}
