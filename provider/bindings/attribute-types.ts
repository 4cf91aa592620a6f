import { type Attribute, type Attributes, isNested } from '../framework/schema.ts'
import type { Type } from '../framework/values.ts'

export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export function pascalCase(name: string): string {
  const camel = camelCase(name)
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`
}

/** The interfaces of objects inside resources; the same object in several resources is one interface. */
export class NestedTypes {
  readonly #names = new Map<string, string>()
  readonly #interfaces: string[] = []

  /** The name of the interface of an object that stands at a path, such as `upstream`, `nodes`. */
  nameOf(path: readonly string[], attributes: Attributes): string {
    const key = JSON.stringify(attributes)
    const known = this.#names.get(key)
    if (known) return known
    const name = `${path.map(pascalCase).join('')}Fields`
    const taken = [...this.#names.values()]
    const own = taken.includes(name) ? `Other${name}` : name
    if (taken.includes(own)) throw new Error(`${path.join('.')}: there is a ${own} already`)
    this.#names.set(key, own)
    this.#interfaces.push(`export interface ${own} {\n${fieldsOf(attributes, path, this)}\n}`)
    return own
  }

  get names(): readonly string[] {
    return [...this.#names.values()]
  }

  get text(): string {
    return this.#interfaces.toSorted().join('\n\n')
  }
}

/** Fields of an interface, each with its documentation. */
export function fieldsOf(attributes: Attributes, path: readonly string[], nested: NestedTypes): string {
  return Object.entries(attributes)
    .filter(([, { presence }]) => presence !== 'computed' && presence !== 'volatile')
    .map(([name, attribute]) => {
      const optional = attribute.presence === 'required' ? '' : '?'
      const type = typeText(attribute, [...path, name], nested)
      return `${documentation(attribute)}\n  readonly ${camelCase(name)}${optional}: ${type}`
    })
    .join('\n')
}

function documentation({ description, default: byDefault }: Attribute): string {
  const text = description.replace(/ Default: (.*?)\.?$/, '').replaceAll('*/', '*\\/')
  const said =
    / Default: (.*?)\.?$/.exec(description)?.[1] ?? (byDefault === undefined ? undefined : JSON.stringify(byDefault))
  return said === undefined
    ? `  /** ${text} */`
    : `  /**\n   * ${text}\n   *\n   * @default ${said.replaceAll('*/', '*\\/')}\n   */`
}

function typeText(attribute: Attribute, path: readonly string[], nested: NestedTypes): string {
  if (!isNested(attribute)) return plainText(attribute.type)
  // What stands in a resource alone is named after its place in it, and not after the resource.
  const name = nested.nameOf(path.length > 1 ? path.slice(-2) : path, attribute.attributes)
  if (attribute.nesting === 'single') return name
  return attribute.nesting === 'map' ? `Readonly<Record<string, ${name}>>` : `readonly ${name}[]`
}

function plainText(type: Type): string {
  if (type === 'string' || type === 'number') return type
  if (type === 'bool') return 'boolean | IResolvable'
  if (type === 'dynamic') return 'Any'
  const [kind, inner] = type
  if (kind === 'map') return `Readonly<Record<string, ${plainText(inner)}>>`
  return kind === 'list' || kind === 'set' ? `readonly ${plainText(inner)}[]` : 'Any'
}
