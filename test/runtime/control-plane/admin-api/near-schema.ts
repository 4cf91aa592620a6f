import fc from 'fast-check'

type Schema = Readonly<Record<string, unknown>>

/**
 * Values near a JSON Schema: mostly of the right shape, often at the edge of a bound or just past it, sometimes of
 * another type altogether.
 */
export function nearSchema(schema: object): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: shaped(schema as Schema) }, { weight: 1, arbitrary: fc.jsonValue() })
}

function shaped(schema: Schema): fc.Arbitrary<unknown> {
  const branches = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]))
  switch (schema.type) {
    case 'string':
      return fc.oneof(
        fc.string({ maxLength: 20 }),
        fc.constantFrom('1', '2', 'a', '/a', '127.0.0.1', '*.a', 'function() end'),
      )
    case 'integer':
    case 'number':
      return edges(schema)
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(nearSchema((schema.items as Schema) ?? {}), { maxLength: 3 })
    case 'object':
      return objectNear(schema)
    default:
      return branches ? fc.oneof(...branches.map(nearSchema)) : fc.jsonValue()
  }
}

function edges({ minimum, exclusiveMinimum, maximum }: Schema): fc.Arbitrary<unknown> {
  const bounds = [minimum, exclusiveMinimum, maximum].filter((bound) => typeof bound === 'number')
  const near = bounds.flatMap((bound) => [bound - 1, bound, bound + 1])
  return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, ...near))
}

function objectNear(schema: Schema): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema.properties as Record<string, Schema>) ?? {})
  if (properties.length === 0) {
    const key = fc.constantFrom('127.0.0.1:80', 'a:0', 'key-auth', 'proxy-rewrite', '', 'constructor')
    return fc.dictionary(key, fc.oneof(fc.nat(5), fc.jsonValue()), { maxKeys: 2 })
  }
  const known = fc.record(Object.fromEntries(properties.map(([name, inner]) => [name, nearSchema(inner)])))
  const names = properties.map(([name]) => name)
  // A few properties at a time: with all of them one is always wrong, and nothing would get past the schema.
  return fc
    .tuple(known, fc.subarray(names, { maxLength: Math.min(2, names.length) }))
    .map(([values, chosen]) => Object.fromEntries(chosen.map((name) => [name, values[name]])))
}
