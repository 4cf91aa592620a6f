import { readFile } from 'node:fs/promises'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The text of a certificate or key that a configuration names by its file, or holds itself. */
export async function readPem(source: string): Promise<string> {
  return source.includes('-----BEGIN ') ? source : readFile(source, 'utf8')
}

/** The certificates of a text that may hold several, as that of trusted authorities does while one takes over. */
export function certificatesIn(text: string): string[] {
  return text.match(CERTIFICATE) ?? []
}
