import type { Node, SourceFile } from 'typescript/unstable/ast'
import { isCallExpression, isIdentifier, isStringLiteral, isTemplateExpression } from 'typescript/unstable/ast/is'

/** A prop that a construct refuses, and why; `<…>` stands for what it received. */
export interface Refusal {
  readonly prop: string
  readonly problem: string
}

/** What the code of a file refuses at construction: its calls of `invalidProp(construct, prop, problem)`. */
export function refusalsOf(source: SourceFile): Refusal[] {
  const found: Refusal[] = []
  const visit = (node: Node): void => {
    if (isCallExpression(node) && isIdentifier(node.expression) && node.expression.text === 'invalidProp') {
      const [, prop, problem] = node.arguments
      if (prop && problem) found.push({ prop: wordsOf(prop, source), problem: wordsOf(problem, source) })
    }
    node.forEachChild(visit)
  }
  visit(source)
  return found
}

/** The text of a literal or template, with what is filled in named by its expression. */
function wordsOf(node: Node, source: SourceFile): string {
  if (isStringLiteral(node)) return node.text
  if (isTemplateExpression(node)) {
    const spans = node.templateSpans.map(({ expression, literal }) => `${placeholder(expression)}${literal.text}`)
    return `${node.head.text}${spans.join('')}`
  }
  const text = node.getText()
  if (text.startsWith('`')) return text.slice(1, -1)
  return isIdentifier(node) ? (constant(text, source) ?? `<${text}>`) : placeholder(node)
}

/** What a constant of the same file holds, where it is written out. */
function constant(name: string, source: SourceFile): string | undefined {
  const declared = new RegExp(`const ${name} =\\s*(['"\`])([sS]*?)\\1\\n`).exec(source.text)
  return declared?.[2]?.replace(/\$\{([^}]+)\}/g, (_, expression: string) => `<${lastWord(expression)}>`)
}

function placeholder(node: Node): string {
  return `<${lastWord(node.getText())}>`
}

/** `primaries.length` is told as `primaries`: what it counts; `other.region` as `region`. */
function lastWord(expression: string): string {
  const names = expression.match(/[A-Za-z]\w*/g) ?? []
  return names.filter((name) => !['length', 'join', 'this', 'props', 'seconds'].includes(name)).at(-1) ?? '…'
}
