import { readFile } from 'node:fs/promises'

/** A compact JWS: three parts of base64url. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** The text of a token that a configuration names by its file, or holds itself. */
export async function readText(source: string): Promise<string> {
  return TOKEN.test(source) ? source : (await readFile(source, 'utf8')).trim()
}
