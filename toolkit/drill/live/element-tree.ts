/** An element of XML that holds elements or text, as EC2 answers; attributes are passed over. */
export interface Element {
  readonly name: string
  readonly children: readonly Element[]
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Reads a document's root element. @throws SyntaxError for what is no such document */
export function readElements(xml: string): Element {
  const open: { name: string; children: Element[]; text: string }[] = [{ name: '', children: [], text: '' }]
  for (const [, close, name, empty, text] of xml.matchAll(/<(\/?)([\w:.-]+)[^>]*?(\/?)>|<[?!][^>]*>|([^<]+)/g)) {
    const inner = open.at(-1)!
    if (text !== undefined) inner.text += text
    else if (name === undefined) continue
    else if (close) {
      if (inner.name !== name || open.length < 2) throw new SyntaxError(`</${name}> closes <${inner.name}>`)
      open.pop()
    } else {
      const element = { name, children: [], text: '' }
      inner.children.push(element)
      if (!empty) open.push(element)
    }
  }
  const root = open[0]!.children[0]
  if (open.length > 1 || root === undefined) throw new SyntaxError('it has no end, or no beginning')
  return root
}

/** The elements along a path of names, from all that match. */
export function elementsAt(from: Element, ...path: readonly string[]): Element[] {
  return path.reduce<Element[]>(
    (found, name) => found.flatMap(({ children }) => children.filter((child) => child.name === name)),
    [from],
  )
}

/** The text along a path, trimmed; undefined where there is no such element. */
export function textAt(from: Element, ...path: readonly string[]): string | undefined {
  const [found] = elementsAt(from, ...path)
  return found?.text.trim().replaceAll(/&(\w+);/g, (entity, name) => ENTITIES[name] ?? entity)
}
