import { createAuthority, type KeyPair } from '../../../../runtime/control-plane/pki/authority.ts'

/** Certificates with their keys, made anew for each run, so that no private key stands in a file. */
export const PAIRS: readonly KeyPair[] = await Promise.all(['one', 'two'].map((name) => createAuthority(name)))

/** Puts a PEM, as JSON writes it, where a text says `<certificate 1>` or `<key 2>`. */
export function withCertificates(text: string): string {
  return text.replace(/<(certificate|key) ([12])>/g, (_, what: 'certificate' | 'key', number: string) => {
    return JSON.stringify(PAIRS[Number(number) - 1]![what]).slice(1, -1)
  })
}
