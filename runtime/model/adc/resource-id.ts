import { createHash } from 'node:crypto'

/** The id of a resource that names none, so that every run of ADC or of `antipode` finds it again: sha1, 40 hex digits. */
export function generatedId(name: string): string {
  return createHash('sha1').update(name).digest('hex')
}
