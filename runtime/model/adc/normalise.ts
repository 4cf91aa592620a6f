interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly default?: unknown
}

const NUMBER = /^-?\d+(\.\d+)?$/

/**
 * A copy of a value with the schema's defaults filled in, wherever the object that would hold them is there, and with
 * numbers that were written as text read as numbers, as a variable's value is. What does not fit the schema stays as it
 * is, for the check to name.
 */
export function normalise(schema: object, value: unknown): unknown {
  const { type, items, properties } = schema as SchemaNode
  if (Array.isArray(value)) {
    return items ? value.map((item) => normalise(items, item)) : value
  }
  if (typeof value === 'string') {
    const isNumber = (type === 'number' || type === 'integer') && NUMBER.test(value.trim())
    return isNumber ? Number(value) : value
  }
  if (typeof value !== 'object' || value === null || !properties) return value

  const filled: Record<string, unknown> = { ...value }
  for (const [key, property] of Object.entries(properties)) {
    if (filled[key] !== undefined) filled[key] = normalise(property, filled[key])
    else if (property.default !== undefined) filled[key] = structuredClone(property.default)
  }
  return filled
}
