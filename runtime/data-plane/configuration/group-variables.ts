import type { ResourceValue } from '../../model/resource.ts'

/** A value that stands elsewhere: `$env://NAME`, or with `/field` one field of the JSON object that NAME holds. */
const REFERENCE = /^\$env:\/\/([A-Za-z_][A-Za-z0-9_]*)(?:\/(.+))?$/i

/** A resource with its references replaced. */
export interface Resolved {
  readonly value: ResourceValue
  /** Of the variables that it refers to. */
  readonly names: ReadonlySet<string>
  /** A text about the resource without what the variables hold, which may be secret. */
  hide(text: string): string
}

/** A variable that nobody gives a value. */
export class UnknownVariable extends Error {
  override readonly name = 'UnknownVariable'
  readonly names: ReadonlySet<string>

  constructor(reason: string, names: ReadonlySet<string>) {
    super(reason)
    this.names = names
  }
}

/**
 * The environment variables of the gateway group, and behind them those of the process. They are what plugins'
 * configurations may refer to, in place of text; wherever else such a text stands it is left alone, as in APISIX.
 */
export class GroupVariables {
  readonly #values = new Map<string, string>()
  readonly #environment: NodeJS.ProcessEnv

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment
  }

  set(name: string, value: ResourceValue | undefined): void {
    if (typeof value?.value === 'string') this.#values.set(name, value.value)
    else this.#values.delete(name)
  }

  /** @throws UnknownVariable */
  resolve(resource: ResourceValue): Resolved {
    const { plugins } = resource
    // Most resources refer to nothing, and are served as they are.
    if (plugins === undefined || !/\$env:\/\//i.test(JSON.stringify(plugins))) return { ...NOTHING, value: resource }
    const names = new Set<string>()
    const values = new Map<string, string>()
    const value = { ...resource, plugins: this.#replace(plugins, names, values) }
    return { value, names, hide: (text) => hide(text, values) }
  }

  /** @param names takes each that is referred to. @param values takes what each reference stands for */
  #replace(value: unknown, names: Set<string>, values: Map<string, string>): unknown {
    const within = (item: unknown) => this.#replace(item, names, values)
    if (Array.isArray(value)) return value.map(within)
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, within(item)]))
    }
    if (typeof value !== 'string') return value
    const found = this.#look(value, names)
    if (found !== value) values.set(value, found)
    return found
  }

  #look(text: string, names: Set<string>): string {
    const [, name, field] = REFERENCE.exec(text) ?? []
    if (name === undefined) return text
    names.add(name)
    const value = this.#values.get(name) ?? this.#environment[name]
    if (value === undefined) throw new UnknownVariable(`the variable ${name} is not set`, names)
    return field === undefined ? value : fieldOf(value, name, field, names)
  }
}

const NOTHING = { names: new Set<string>(), hide: (text: string) => text }

function hide(text: string, values: ReadonlyMap<string, string>): string {
  let hidden = text
  for (const [reference, value] of values) if (value !== '') hidden = hidden.replaceAll(value, reference)
  return hidden
}

function fieldOf(json: string, name: string, field: string, names: ReadonlySet<string>): string {
  let object: unknown
  try {
    object = JSON.parse(json)
  } catch {
    object = undefined
  }
  const value = typeof object === 'object' && object !== null ? (object as ResourceValue)[field] : undefined
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new UnknownVariable(`the variable ${name} is no JSON object with a field ${JSON.stringify(field)}`, names)
}
