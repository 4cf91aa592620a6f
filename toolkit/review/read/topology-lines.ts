import type { TopologySource } from '../snapshot.ts'

/**
 * The line on which a topology's file writes a property, or the nearest one around it; undefined where the file does not
 * show it, such as for a default.
 *
 * @param path `regions.us-east-1.dataPlane.instances`
 */
export function lineOf({ file, text }: TopologySource, path: string): number | undefined {
  const lines = /\.ya?ml$/.test(file) ? yamlLines(text) : braceLines(text)
  for (let wanted = path.split('.'); wanted.length > 0; wanted = wanted.slice(0, -1)) {
    const found = lines.get(wanted.join('.'))
    if (found !== undefined) return found
  }
  return undefined
}

/** `file:line`, or the file alone. */
export function placeIn(source: TopologySource | null, path: string): string | null {
  if (!source) return null
  const line = lineOf(source, path)
  return line === undefined ? source.file : `${source.file}:${line}`
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?:[^`\\]|\\.)*`|(['"])((?:(?!\1)[^\\\n]|\\.)*)\1\s*(:?)|([A-Za-z_$][\w$]*)\s*(:(?!:))?|[{}[\]()]|\n/g

/** Keys of object literals in TypeScript, JavaScript or JSON, by their path below the outermost literal that has any. */
function braceLines(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  // One entry per bracket that is open: the key that it is the value of, if it has one.
  const open: (string | undefined)[] = []
  let line = 1
  let key: string | undefined
  for (const [token, , quoted, quotedColon, word, colon] of text.matchAll(TOKEN)) {
    const named = quotedColon ? quoted : colon ? word : undefined
    if (named !== undefined && open.length > 0) {
      key = named
      const path = [...open.filter((it) => it !== undefined), named].join('.')
      if (!lines.has(path)) lines.set(path, line)
    } else if (/^[{[(]$/.test(token)) {
      open.push(key)
      key = undefined
    } else if (/^[}\])]$/.test(token)) {
      open.pop()
      key = undefined
    }
    line += token.split('\n').length - 1
  }
  return lines
}

/** Keys of YAML's block style by their indentation, and of its flow style as literals. */
function yamlLines(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  const open: { readonly indent: number; readonly key: string }[] = []
  for (const [index, written] of text.split('\n').entries()) {
    const [, space = '', quoted, bare, rest = ''] =
      /^(\s*)(?:['"]([^'"]+)['"]|([\w.-]+)):(?:\s+(.*))?$/.exec(written) ?? []
    const key = quoted ?? bare
    if (key === undefined) continue
    while ((open.at(-1)?.indent ?? -1) >= space.length) open.pop()
    open.push({ indent: space.length, key })
    const path = open.map((it) => it.key).join('.')
    lines.set(path, index + 1)
    if (rest.startsWith('{')) for (const [below] of braceLines(rest)) lines.set(`${path}.${below}`, index + 1)
  }
  return lines
}
