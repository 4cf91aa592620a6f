import assert from 'node:assert/strict'

export interface Exchange {
  /** Milliseconds. */
  readonly wait: number
  readonly request: { method: string; url: string; headers: Record<string, string>; body: string | undefined }
  readonly expected: { status: number; headers: Record<string, string>; body: string | undefined }
}

export interface GoldenCase {
  /** Settings of `deployment.admin`, from a first line `config: {…}`. */
  readonly config: object
  readonly exchanges: readonly Exchange[]
}

/**
 * Reads a golden case. Lines that begin with `#` before the first request are prose. Exchanges are parted by `===`;
 * in each, `---` parts the request from the answer expected. Both begin with a line (`PUT /path`, `201`), go on with
 * headers and, after an empty line, the body. A line `wait 1.5` before a request waits as many seconds first.
 */
export function parseGoldenCase(text: string): GoldenCase {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line !== '' && !line.startsWith('#'))
  const configLine = /^config: (.*)$/.exec(lines[start] ?? '')
  const exchanges = lines
    .slice(configLine ? start + 1 : start)
    .join('\n')
    .split(/^===\n/m)
    .map(parseExchange)
  return { config: configLine ? JSON.parse(configLine[1] ?? '') : {}, exchanges }
}

function parseExchange(text: string): Exchange {
  const [before = '', expected = ''] = text.split(/^---\n/m)
  const [, wait = '0', request = ''] = /^(?:wait ([\d.]+)\n)?(.*)$/s.exec(before.trimStart()) ?? []
  const { first, ...sent } = parseMessage(request)
  const [method = '', url = ''] = first.split(' ')
  const { first: status, ...answered } = parseMessage(expected)
  return {
    wait: Number(wait) * 1000,
    request: { method, url, ...sent },
    expected: { status: Number(status), ...answered },
  }
}

function parseMessage(text: string): { first: string; headers: Record<string, string>; body: string | undefined } {
  const [head = '', ...rest] = text.replace(/^\n+/, '').split('\n\n')
  const [first = '', ...headerLines] = head.trimEnd().split('\n')
  const headers = Object.fromEntries(
    headerLines.map((line) => {
      const [name = '', ...value] = line.split(': ')
      return [name.toLowerCase(), value.join(': ')]
    }),
  )
  const body = rest.join('\n\n').replace(/\n+$/, '')
  return { first, headers, body: body === '' ? undefined : body }
}

const PLACEHOLDERS: Readonly<Record<string, (actual: unknown) => boolean>> = {
  '<now>': (actual) => typeof actual === 'number' && Math.abs(actual - Date.now() / 1000) < 60,
  '<number>': (actual) => typeof actual === 'number',
  '<text>': (actual) => typeof actual === 'string' && actual !== '',
  '<new id>': (actual) => typeof actual === 'string' && /^\d{20}$/.test(actual),
  '<uuid v7>': (actual) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(String(actual)),
}

/** Compares what was answered with what was expected, in which placeholders stand for what no file can know. */
export function assertMatches(actual: unknown, expected: unknown, where: string): void {
  if (typeof expected === 'string' && Object.hasOwn(PLACEHOLDERS, expected)) {
    assert.ok(PLACEHOLDERS[expected]?.(actual), `${where}: ${JSON.stringify(actual)} is not ${expected}`)
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${where}: ${JSON.stringify(actual)} is not a list`)
    assert.equal(actual.length, expected.length, `${where}: length`)
    for (const [index, item] of expected.entries()) assertMatches(actual[index], item, `${where}[${index}]`)
  } else if (typeof expected === 'object' && expected !== null) {
    assert.ok(typeof actual === 'object' && actual !== null, `${where}: ${JSON.stringify(actual)} is not an object`)
    assert.deepEqual(Object.keys(actual).toSorted(), Object.keys(expected).toSorted(), `${where}: keys`)
    for (const [key, item] of Object.entries(expected)) {
      assertMatches((actual as Record<string, unknown>)[key], item, `${where}.${key}`)
    }
  } else {
    assert.equal(actual, expected, where)
  }
}
