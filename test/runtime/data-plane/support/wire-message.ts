/** A message of HTTP/1 as it stood on the wire, read without mercy and without a library. */
export class WireMessage {
  readonly first: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly isComplete: boolean

  constructor(first: string, fields: readonly (readonly [string, string])[], body: string, isComplete: boolean) {
    this.first = first
    this.fields = fields
    this.body = body
    this.isComplete = isComplete
  }

  /** The values of all fields of this name, trailers too; null when there is none. */
  field(name: string): string | null {
    const values = this.fields
      .filter((field) => field[0].toLowerCase() === name.toLowerCase())
      .map(([, value]) => value)
    return values.length === 0 ? null : values.join(' | ')
  }
}

export interface ReadOptions {
  /** Responses: without a length the body ends with the connection. */
  readonly isResponse?: boolean
  /** No answer to this request has a body. */
  readonly isHead?: boolean
  /** How the connection ended; undefined while it is open. */
  readonly end?: 'closed' | 'reset' | undefined
}

/** Takes the messages in these bytes apart. */
export function readMessages(bytes: string, options: ReadOptions = {}): WireMessage[] {
  const messages: WireMessage[] = []
  let rest = bytes
  while (rest !== '') {
    const headEnd = rest.indexOf('\r\n\r\n')
    if (headEnd < 0) return [...messages, new WireMessage(rest, [], '', false)]
    const [first = '', ...lines] = rest.slice(0, headEnd).split('\r\n')
    const fields = lines.map(fieldOf)
    const after = rest.slice(headEnd + 4)
    const { body, trailers = [], length } = readBody(first, fields, after, options)
    messages.push(new WireMessage(first, [...fields, ...trailers], body, length !== undefined))
    rest = length === undefined ? '' : after.slice(length)
  }
  return messages
}

interface Body {
  readonly body: string
  readonly trailers?: [string, string][]
  /** Bytes on the wire; undefined when the body broke off. */
  readonly length: number | undefined
}

function readBody(first: string, fields: [string, string][], after: string, options: ReadOptions): Body {
  const value = (name: string) => fields.find((field) => field[0].toLowerCase() === name)?.[1]
  if (options.isResponse && (options.isHead || /^HTTP\/1\.1 (1\d\d|204|304)/.test(first)))
    return { body: '', length: 0 }
  if (value('transfer-encoding') !== undefined) return readChunks(after)
  const declared = value('content-length')
  if (declared !== undefined) {
    const length = Number(declared)
    return { body: after.slice(0, length), length: after.length < length ? undefined : length }
  }
  if (!options.isResponse) return { body: '', length: 0 }
  return { body: after, length: options.end === 'closed' ? after.length : undefined }
}

function readChunks(bytes: string): Body {
  let at = 0
  let body = ''
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/i.exec(bytes.slice(at, at + 20))
    if (!size) return { body, length: undefined }
    at += size[0].length
    const length = Number.parseInt(size[1]!, 16)
    if (length === 0) break
    body += bytes.slice(at, at + length)
    if (bytes.slice(at + length, at + length + 2) !== '\r\n') return { body, length: undefined }
    at += length + 2
  }
  const end = bytes.startsWith('\r\n', at) ? at : bytes.indexOf('\r\n\r\n', at) + 2
  if (end < at) return { body, length: undefined }
  const lines = bytes.slice(at, end).split('\r\n')
  return { body, trailers: lines.filter((line) => line !== '').map(fieldOf), length: end + 2 }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}
