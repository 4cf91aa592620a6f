import { readFile } from 'node:fs/promises'

/** The text of a certificate or key that a configuration names by its file, or holds itself. */
export async function readPem(source: string): Promise<string> {
  return source.includes('-----BEGIN ') ? source : readFile(source, 'utf8')
}
