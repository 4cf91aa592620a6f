import assert from 'node:assert/strict'
import type { WireMessage } from './wire-message.ts'

/**
 * A golden case of bytes on the wire. Prose (`# …`) and `route: {…}`, further keys of the route, come first. Then
 * sections, each begun by a line `=== …`:
 *
 * - `client sends`, `upstream sends`: bytes. Each line ends with CRLF, unless a `\` at its end takes that away; `\r`,
 *   `\n`, `\t`, `\0`, `\xHH` and `\\` are escapes, and `\*9000(a)` is nine thousand times `a`. The upstream answers the
 *   first request on each connection with its section, or with a plain `ok`; `upstream sends and closes` ends the
 *   connection behind it.
 * - `upstream receives`, `client receives`, one for each message expected, in order: a first line, then fields that must
 *   be there (`no Name`: must not be there; `cut`: the message must break off), and after an empty line the body.
 *   `upstream receives nothing` says that nothing may arrive. Without such a section that side is not looked at.
 */
export interface WireCase {
  readonly route: object
  readonly clientSends: Buffer
  readonly upstreamSends: { readonly bytes: Buffer; readonly thenCloses: boolean } | undefined
  readonly upstreamReceives: readonly ExpectedMessage[] | undefined
  readonly clientReceives: readonly ExpectedMessage[]
}

export interface ExpectedMessage {
  readonly first: string
  readonly fields: readonly (readonly [name: string, value: string | null])[]
  readonly isCut: boolean
  readonly body: string | undefined
}

export function parseWireCase(text: string): WireCase {
  const [head = '', ...sections] = text.split(/^=== /m)
  const titled = sections.map((section) => {
    const end = section.indexOf('\n')
    return { title: section.slice(0, end), content: section.slice(end + 1) }
  })
  const all = (title: string) => titled.filter((section) => section.title === title)
  const sends = titled.find(({ title }) => title.startsWith('upstream sends'))
  const arrivals = titled.filter(({ title }) => title.startsWith('upstream receives'))
  return {
    route: JSON.parse(/^route: (.*)$/m.exec(head)?.[1] ?? '{}'),
    clientSends: bytesOf(all('client sends')[0]!.content),
    upstreamSends: sends && { bytes: bytesOf(sends.content), thenCloses: sends.title.endsWith('and closes') },
    upstreamReceives:
      arrivals.length === 0 ? undefined : all('upstream receives').map(({ content }) => expectation(content)),
    clientReceives: all('client receives').map(({ content }) => expectation(content)),
  }
}

function bytesOf(content: string): Buffer {
  const wire = content.replace(/(\\?)\n/g, (_, kept: string) => (kept === '' ? '\r\n' : ''))
  const repeated = wire.replace(/\\\*(\d+)\((.*?)\)/gs, (_, times: string, text: string) => text.repeat(Number(times)))
  const SHORT: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\' }
  const plain = repeated.replace(/\\(?:x([0-9a-f]{2})|([rnt0\\]))/gi, (_, hex?: string, short?: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : SHORT[short!]!,
  )
  return Buffer.from(plain, 'latin1')
}

function expectation(content: string): ExpectedMessage {
  const [head = '', ...body] = content.replace(/\n$/, '').split('\n\n')
  const [first = '', ...lines] = head.split('\n')
  const fields = lines.flatMap((line): [string, string | null][] => {
    if (line === 'cut') return []
    if (line.startsWith('no ')) return [[line.slice(3), null]]
    const colon = line.indexOf(': ')
    return [[line.slice(0, colon), line.slice(colon + 2)]]
  })
  return { first, fields, isCut: lines.includes('cut'), body: body.length === 0 ? undefined : body.join('\n\n') }
}

/** Compares what arrived on one side with what was expected there; `all` is shown when they differ. */
export function assertReceived(side: string, actual: readonly WireMessage[], expected: readonly ExpectedMessage[]) {
  const shown = `${side} received ${JSON.stringify(actual, undefined, 1)}`
  assert.equal(actual.length, expected.length, shown)
  for (const [index, { first, fields, isCut, body }] of expected.entries()) {
    const message = actual[index]!
    if (side === 'client') assert.ok(message.first.startsWith(first), shown)
    else assert.equal(message.first, first, shown)
    for (const [name, value] of fields) assert.equal(message.field(name), value, `${name}: ${shown}`)
    assert.equal(message.isComplete, !isCut, shown)
    if (body !== undefined) assert.equal(message.body, body, shown)
  }
}
