import { type Attribute, type Attributes, isNested } from '../framework/schema.ts'
import type { Type } from '../framework/values.ts'

interface Nested {
  readonly path: readonly string[]
  readonly attributes: Attributes
}

/** The section `## Schema` of a page, in the form of the Terraform registry. */
export function schemaSection(attributes: Attributes): string {
  const sections = ['## Schema', ...groups(attributes, [])]
  const open: Nested[] = nestedIn(attributes, [])
  for (let next = open.shift(); next; next = open.shift()) {
    sections.push(`<a id="${anchor(next.path)}"></a>\n### Nested Schema for \`${next.path.join('.')}\``)
    sections.push(...groups(next.attributes, next.path, '#### '))
    open.push(...nestedIn(next.attributes, next.path))
  }
  return sections.join('\n\n')
}

function groups(attributes: Attributes, path: readonly string[], mark = '### '): string[] {
  const isGiven = ({ presence }: Attribute) => presence === 'optional' || presence === 'optional-computed'
  const kinds: readonly (readonly [string, (attribute: Attribute) => boolean])[] = [
    ['Required', ({ presence }) => presence === 'required'],
    ['Optional', isGiven],
    ['Read-Only', (attribute) => attribute.presence !== 'required' && !isGiven(attribute)],
  ]
  return kinds.flatMap(([title, belongs]) => {
    const lines = Object.entries(attributes)
      .filter(([, attribute]) => belongs(attribute))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, attribute]) => line(name, attribute, path))
    return lines.length > 0 ? [`${mark}${title}`, lines.join('\n')] : []
  })
}

function line(name: string, attribute: Attribute, path: readonly string[]): string {
  const { description, sensitive, writeOnly, replaces } = attribute
  const notes = [kindOf(attribute), sensitive && 'Sensitive', writeOnly && 'Write-only'].filter(Boolean).join(', ')
  const identity = replaces ? ' Another value makes another resource.' : ''
  const below = isNested(attribute) ? ` (see [below for nested schema](#${anchor([...path, name])}))` : ''
  return `- \`${name}\` (${notes}) ${description}${identity}${below}`
}

function nestedIn(attributes: Attributes, path: readonly string[]): Nested[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    return isNested(attribute) ? [{ path: [...path, name], attributes: attribute.attributes }] : []
  })
}

function anchor(path: readonly string[]): string {
  return `nestedatt--${path.join('--')}`
}

function kindOf(attribute: Attribute): string {
  if (!isNested(attribute)) return typeText(attribute.type)
  const words = { single: 'Attributes', list: 'Attributes List', set: 'Attributes Set', map: 'Attributes Map' }
  return words[attribute.nesting]
}

const WORDS: Readonly<Record<string, string>> = {
  ...{ string: 'String', number: 'Number', bool: 'Boolean', dynamic: 'Dynamic' },
  ...{ list: 'List', set: 'Set', map: 'Map', object: 'Object', tuple: 'Tuple' },
}

export function typeText(type: Type): string {
  if (typeof type === 'string') return WORDS[type] ?? type
  const [kind, inner] = type
  return kind === 'object' || kind === 'tuple' ? WORDS[kind]! : `${WORDS[kind]} of ${typeText(inner as Type)}`
}
