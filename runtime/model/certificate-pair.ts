import { createPrivateKey, X509Certificate } from 'node:crypto'

/** Says, in APISIX's words, why a PEM certificate cannot be read. Undefined for one that can. */
export function checkCertificate(certificate: string): string | undefined {
  const parsed = parse(certificate)
  return typeof parsed === 'string' ? parsed : undefined
}

/**
 * Says why a PEM certificate and a PEM key cannot be used together. APISIX would only find a key of another certificate
 * when a connection is made; here it is found where it is written.
 *
 * @param names what the two are called where the mistake is told
 */
export function checkCertificatePair(
  certificate: string,
  key: string,
  names = { certificate: 'cert', key: 'key' },
): string | undefined {
  const parsed = parse(certificate)
  if (typeof parsed === 'string') return parsed
  try {
    if (parsed.checkPrivateKey(createPrivateKey(key))) return undefined
  } catch {
    return 'failed to parse key: PEM_read_bio_PrivateKey() failed'
  }
  return `failed to match: ${names.key} is not the key of ${names.certificate}'s certificate`
}

function parse(certificate: string): X509Certificate | string {
  try {
    return new X509Certificate(certificate)
  } catch {
    return 'failed to parse cert: PEM_read_bio_X509_AUX() failed'
  }
}
