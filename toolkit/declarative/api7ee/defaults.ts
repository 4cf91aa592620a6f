import type { AdcResource, AdcType } from '../../../runtime/model/adc/index.ts'

interface SchemaNode {
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly allOf?: readonly SchemaNode[]
}

/** The answer of `GET /api/schema/core`. */
export type CoreSchemas = Readonly<Record<string, SchemaNode | undefined>>

/**
 * Local resources with the defaults that the control plane shows in what it returns. A default is filled in only where
 * the object that would hold it is there, and only if it is neither an object nor a list, as ADC does.
 */
export function fillDefaults(
  resources: readonly AdcResource[],
  schemas: CoreSchemas,
  isStream: (serviceId: string) => boolean,
): AdcResource[] {
  return resources.map((resource) => {
    const schema = schemas[nameOf(resource, isStream)]
    return schema ? { ...resource, value: fill(schema, resource.value) as AdcResource['value'] } : resource
  })
}

function nameOf({ type, id }: AdcResource, isStream: (serviceId: string) => boolean): AdcType | 'stream_service' {
  return type === 'service' && isStream(id) ? 'stream_service' : type
}

function fill(schema: SchemaNode, value: unknown): unknown {
  if (Array.isArray(value)) return schema.items ? value.map((item) => fill(schema.items!, item)) : value
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
