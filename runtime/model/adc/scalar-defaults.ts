interface SchemaNode {
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly allOf?: readonly SchemaNode[]
}

/**
 * A copy of a value with a schema's defaults: only where the object that would hold one is there, and only those that
 * are neither an object nor a list. So ADC fills them in before it compares, and so a control plane of API7 shows them.
 */
export function fillScalarDefaults<Value>(schema: object, value: Value): Value {
  return fill(schema as SchemaNode, value) as Value
}

function fill(schema: SchemaNode, value: unknown): unknown {
  const { items } = schema
  if (Array.isArray(value)) return items ? value.map((item) => fill(items, item)) : value
  if (typeof value !== 'object' || value === null) return value
  const filled: Record<string, unknown> = { ...value }
  for (const part of [schema, ...(schema.allOf ?? [])]) {
    for (const [key, property] of Object.entries(part.properties ?? {})) {
      if (filled[key] !== undefined) filled[key] = fill(property, filled[key])
      else if (property.default !== undefined && typeof property.default !== 'object') filled[key] = property.default
    }
  }
  return filled
}
