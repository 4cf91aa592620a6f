import { checkCertificate, checkCertificatePair } from './certificate-pair.ts'
import type { Ssl } from './schemas/ssl.ts'

const REFERENCE = /^\$(secret|env)/i

/**
 * The rules of certificates and keys that their schema cannot say, in the order and words of APISIX. What only stands
 * for a value (`$secret://…`, `$env://…`) is looked at where it is fetched. Whether a certificate is for the names it
 * is offered under is not asked, as in APISIX.
 *
 * @param ssl one that its schema has passed
 * @returns what is wrong, or undefined
 */
export function checkSslRules({ cert, key, certs = [], keys = [], client, type }: Ssl): string | undefined {
  const wrong = checkPair(cert!, key!)
  if (wrong || type === 'client') return wrong
  if (certs.length !== keys.length) return 'mismatched number of certs and keys'
  for (const [index, certificate] of certs.entries()) {
    const wrongPair = checkPair(certificate, keys[index]!)
    if (wrongPair) return `failed to handle cert-key pair[${index + 1}]: ${wrongPair}`
  }
  if (!client || REFERENCE.test(client.ca)) return undefined
  const wrongAuthority = checkCertificate(client.ca)
  return wrongAuthority && `failed to validate client_cert: ${wrongAuthority}`
}

function checkPair(certificate: string, key: string): string | undefined {
  if (REFERENCE.test(certificate)) return undefined
  if (REFERENCE.test(key)) return checkCertificate(certificate)
  const wrong = checkCertificate(certificate)
  if (wrong) return wrong
  // What is no PEM is taken for a key that APISIX has encrypted; only APISIX could read that.
  if (!key.startsWith('---')) return 'failed to decrypt previous encrypted key'
  return checkCertificatePair(certificate, key)
}
