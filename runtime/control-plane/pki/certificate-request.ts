import 'reflect-metadata'
import { Pkcs10CertificateRequest } from '@peculiar/x509'

/** By the names that Web Cryptography gives to algorithms. */
const TAKEN: ReadonlySet<string> = new Set(['Ed25519', 'ECDSA P-256'])

/**
 * The public key (SPKI, DER) of a PKCS#10 request, after its own signature was checked. It is Ed25519, or ECDSA on the
 * curve P-256, which is what most security modules make.
 *
 * @param pem of the request
 * @throws Error that says what is wrong with it
 */
export async function publicKeyOfRequest(pem: string): Promise<ArrayBuffer> {
  const request = new Pkcs10CertificateRequest(pem)
  const { name, namedCurve = '' } = request.publicKey.algorithm as { name: string; namedCurve?: string }
  const kind = `${name} ${namedCurve}`.trim()
  if (!TAKEN.has(kind)) {
    throw new TypeError(`its key is ${kind}; Ed25519 is taken, and ECDSA on the named curve P-256 (prime256v1)`)
  }
  if (!(await request.verify())) throw new TypeError('it is not signed by its own key')
  return request.publicKey.rawData
}
