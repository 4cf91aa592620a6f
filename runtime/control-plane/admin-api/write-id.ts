export { newWriteId } from '../../model/write-id.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The id a client chose for its write, in lower case; undefined when it is not a UUID (RFC 9562). */
export function parseWriteId(text: string): string | undefined {
  const id = text.toLowerCase()
  return UUID.test(id) ? id : undefined
}
