interface Node<T> {
  label: string
  value: T | undefined
  /** By first character of the child's label. */
  children: Map<number, Node<T>> | undefined
}

/** Maps texts to values and finds all those that some text begins with, in time bound by that text's length. */
export class RadixTree<T> {
  readonly #root: Node<T> = { label: '', value: undefined, children: undefined }

  /** The value of exactly this text, made when it is new. */
  at(text: string, make: () => T): T {
    let node = this.#root
    let from = 0
    while (from < text.length) {
      const code = text.charCodeAt(from)
      const child = node.children?.get(code)
      if (!child) {
        const leaf: Node<T> = { label: text.slice(from), value: undefined, children: undefined }
        addChild(node, leaf)
        node = leaf
        break
      }
      const shared = sharedLength(child.label, text, from)
      node = shared < child.label.length ? split(node, child, shared) : child
      from += shared
    }
    node.value ??= make()
    return node.value
  }

  /**
   * Offers the value of every stored text that `text` begins with, the longest first, until one gives a result.
   */
  longestFirst<R>(text: string, attempt: (value: T) => R | undefined): R | undefined {
    return visit(this.#root, text, 0, attempt)
  }
}

function visit<T, R>(node: Node<T>, text: string, from: number, attempt: (value: T) => R | undefined): R | undefined {
  const child = from < text.length ? node.children?.get(text.charCodeAt(from)) : undefined
  if (child && text.startsWith(child.label, from)) {
    const found = visit(child, text, from + child.label.length, attempt)
    if (found !== undefined) return found
  }
  return node.value === undefined ? undefined : attempt(node.value)
}

function addChild<T>(node: Node<T>, child: Node<T>): void {
  node.children ??= new Map()
  node.children.set(child.label.charCodeAt(0), child)
}

/** Puts a node for the first `length` characters between a parent and its child. */
function split<T>(parent: Node<T>, child: Node<T>, length: number): Node<T> {
  const upper: Node<T> = { label: child.label.slice(0, length), value: undefined, children: undefined }
  child.label = child.label.slice(length)
  addChild(parent, upper)
  addChild(upper, child)
  return upper
}

function sharedLength(label: string, text: string, from: number): number {
  let length = 1
  while (length < label.length && label.charCodeAt(length) === text.charCodeAt(from + length)) length++
  return length
}
