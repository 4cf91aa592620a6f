/** A comment is read by people and by GitHub, GitLab and Mermaid; values in it were written by anybody. */

const SHOWN = new Map([
  ['\n', '⏎'],
  ['\r', '⏎'],
  ['\t', '⇥'],
])
/** Control characters, and those that hide text or turn its direction. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu

/** Text in one line in which every character can be seen. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (found) => {
    return SHOWN.get(found) ?? `\\u{${found.codePointAt(0)?.toString(16)}}`
  })
}

/** Text of at most so many characters, which says where it was cut. */
export function clipped(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

/**
 * Untrusted text as inline code: there no mark-up counts, nobody is mentioned and nothing becomes a link. Pipes are
 * escaped, as tables ask even of code.
 */
export function code(text: string, most = 80): string {
  const line = clipped(visible(text), most)
  if (line === '') return '` `'
  const fence = '`'.repeat(longestRun(line, '`') + 1)
  const padded = /^[` ]|[` ]$/.test(line) ? ` ${line} ` : line
  return `${fence}${padded.replaceAll('|', '\\|')}${fence}`
}

/** Untrusted text of many lines as a block of code, whose fence is longer than any within. */
export function codeBlock(text: string, language = ''): string {
  const lines = text.split(/\r\n|\r|\n/).map(visible)
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1))
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`
}

/** A label of Mermaid between quotes: everything but plain characters as a numbered entity. */
export function mermaidLabel(text: string, most = 60): string {
  return [...clipped(visible(text), most)]
    .map((it) => (/[\p{L}\p{N} .,:/×→+−~±_-]/u.test(it) ? it : `#${it.codePointAt(0)};`))
    .join('')
}

/** Text of ours in HTML. */
export function html(text: string): string {
  return visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A value as a reader of a diff wants it: text bare, the rest as JSON. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  return typeof value === 'string' ? (value === '' ? '""' : value) : (JSON.stringify(value) ?? 'none')
}

function longestRun(text: string, of: string): number {
  let longest = 0
  let run = 0
  for (const it of text) {
    run = it === of ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
