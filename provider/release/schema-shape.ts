import type { Provider } from '../framework/provider.ts'
import { type Attributes, isNested } from '../framework/schema.ts'

/** What users build on: by the path of each attribute its type, and who gives it. */
export type SchemaShape = Readonly<Record<string, string>>

/** The shape of everything that a provider offers. */
export function shapeOf({
  schema,
  resources,
  dataSources,
  ephemeralResources,
  functions,
}: Provider<never>): SchemaShape {
  const shape: Record<string, string> = {}
  const add = (path: string, attributes: Attributes) => {
    for (const [name, attribute] of Object.entries(attributes)) {
      const { presence, writeOnly } = attribute
      const type = isNested(attribute) ? attribute.nesting : JSON.stringify(attribute.type)
      shape[`${path}.${name}`] = [type, presence, writeOnly && 'write-only'].filter(Boolean).join(' ')
      if (isNested(attribute)) add(`${path}.${name}`, attribute.attributes)
    }
  }
  add('provider', schema.attributes)
  for (const [kind, all] of Object.entries({ resource: resources, data: dataSources, ephemeral: ephemeralResources })) {
    for (const [type, { schema }] of Object.entries(all)) {
      shape[`${kind} ${type}`] = `version ${schema.version ?? 0}`
      add(`${kind} ${type}`, schema.attributes)
    }
  }
  for (const [name, { parameters, returns }] of Object.entries(functions)) {
    shape[`function ${name}`] = JSON.stringify([...parameters.map(({ type }) => type), returns])
  }
  return Object.fromEntries(Object.entries(shape).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** What a shape breaks for those who use a released one: what is gone, of another type, or must now be written. */
export function breakages(released: SchemaShape, now: SchemaShape): string[] {
  const gone = Object.entries(released).flatMap(([path, was]) => {
    const is = now[path]
    if (is === undefined) return [`${path} is gone`]
    return is === was || isWidened(was, is) ? [] : [`${path} was ${was} and is ${is}`]
  })
  const demanded = Object.entries(now).flatMap(([path, is]) => {
    const parent = path.slice(0, path.lastIndexOf('.'))
    const isNew = released[path] === undefined && (released[parent] !== undefined || parent === 'provider')
    return isNew && is.includes(' required') ? [`${path} is new and must be written`] : []
  })
  return [...gone, ...demanded]
}

/** Nobody has to change anything where more may be left out than before, or where an old state is upgraded. */
function isWidened(was: string, is: string): boolean {
  const [type, presence, ...more] = was.split(' ')
  const [newType, newPresence, ...others] = is.split(' ')
  if (type === 'version') return Number(newPresence) > Number(presence)
  const widened = {
    ...{ required: ['optional', 'optional-computed'], optional: ['optional-computed'] },
    computed: ['optional-computed', 'volatile'],
  }
  const wider: readonly string[] = widened[presence as keyof typeof widened] ?? []
  return type === newType && more.join() === others.join() && wider.includes(newPresence ?? '')
}
