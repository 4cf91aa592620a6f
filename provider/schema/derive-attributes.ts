import type { Attribute, Attributes, NestedAttribute, PlainAttribute } from '../framework/schema.ts'
import type { Type } from '../framework/values.ts'
import { describe } from './describe.ts'
import type { JsonSchema } from './json-schema.ts'

export interface Derivation {
  /** Fields that are the control plane's own, or that it refuses anyway. */
  readonly omitted?: readonly string[]
  /**
   * Fields, by their path with dots, that are handed on and never kept: `key` becomes `key_wo`, and `key_wo_version`
   * tells when it has changed.
   */
  readonly secrets?: readonly string[]
  /** Attributes that a schema cannot tell, by their path with dots; the path of what is in a list is the list's. */
  readonly instead?: Readonly<Record<string, Attribute>>
}

/**
 * Attributes of Terraform from the JSON Schema of a resource, so that the Admin API and the provider have one source. A
 * default of the schema is what counts where a field is missing, and so becomes what is planned where nothing is written.
 */
export function deriveAttributes(schema: JsonSchema, derivation: Derivation = {}, prefix = ''): Attributes {
  const { omitted = [], secrets = [], instead = {} } = derivation
  const attributes: Record<string, Attribute> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const path = `${prefix}${name}`
    if (omitted.includes(path)) continue
    if (secrets.includes(path)) {
      Object.assign(attributes, secretAttributes(name, property))
      continue
    }
    const required = schema.required?.includes(name) ?? false
    attributes[name] = instead[path] ?? deriveAttribute(name, property, required, derivation, path)
  }
  return attributes
}

function deriveAttribute(
  name: string,
  schema: JsonSchema,
  required: boolean,
  derivation: Derivation,
  path: string,
): Attribute {
  const { default: byDefault } = schema
  return {
    presence: required ? 'required' : byDefault === undefined ? 'optional' : 'optional-computed',
    ...(byDefault !== undefined && { default: byDefault }),
    ...shapeOf(schema, derivation, path),
    // Only who asks what there is wants to read it; putting it into words takes longer than all the rest.
    get description() {
      return describe(name, schema)
    },
  }
}

type Shape = Pick<PlainAttribute, 'type'> | Pick<NestedAttribute, 'nesting' | 'attributes'>

function shapeOf(schema: JsonSchema, derivation: Derivation, path: string): Shape {
  if (schema.type === 'object' && schema.properties) {
    return { nesting: 'single', attributes: deriveAttributes(schema, derivation, `${path}.`) }
  }
  const { items } = schema
  if (schema.type === 'array' && items?.properties) {
    const attributes = deriveAttributes(items, derivation, `${path}.`)
    // What is in a list must be of one type, and so nothing in it can bring its own.
    return isOpen(attributes) ? { type: 'dynamic' } : { nesting: 'list', attributes }
  }
  return { type: typeOf(schema) }
}

function secretAttributes(name: string, schema: JsonSchema): Attributes {
  return {
    [`${name}_wo`]: {
      description: `${describe(name, schema)} Write-only: it is sent to the control plane and kept in no plan and no state.`,
      ...{ type: typeOf(schema), presence: 'optional', writeOnly: true, sensitive: true },
    },
    [`${name}_wo_version`]: {
      description: `Any number; another one says that \`${name}_wo\` has changed and is to be sent again.`,
      ...{ type: 'number', presence: 'optional' },
    },
  }
}

function isOpen(attributes: Attributes): boolean {
  return Object.values(attributes).some((attribute) => {
    if ('nesting' in attribute) return isOpen(attribute.attributes)
    return JSON.stringify(attribute.type).includes('"dynamic"')
  })
}

function typeOf(schema: JsonSchema): Type {
  const { type, items, patternProperties, anyOf = schema.oneOf } = schema
  switch (type) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const element = items ? typeOf(items) : 'dynamic'
      if (typeof element !== 'string' || element === 'dynamic') return 'dynamic'
      return [schema.uniqueItems ? 'set' : 'list', element]
    }
    case 'object': {
      const element = Object.values(patternProperties ?? {}).map(typeOf)
      return element.length === 1 && element[0] === 'string' ? ['map', 'string'] : 'dynamic'
    }
    default:
      // An id may be written as a number too; Terraform makes a text of it.
      return anyOf?.some((choice) => choice.type === 'string') ? 'string' : 'dynamic'
  }
}
