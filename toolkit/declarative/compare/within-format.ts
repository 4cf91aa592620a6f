import { type AdcResource, type AdcType, adcFile } from '../../../runtime/model/adc/index.ts'

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
}

const { services, ssls, consumers, consumer_groups } = (adcFile as SchemaNode).properties!
const { routes, stream_routes, upstreams } = services!.items!.properties!

const SCHEMAS: Readonly<Partial<Record<AdcType, SchemaNode>>> = {
  service: services!.items!,
  route: routes!.items!,
  stream_route: stream_routes!.items!,
  upstream: upstreams!.items!,
  ssl: ssls!.items!,
  consumer: consumers!.items!,
  consumer_group: consumer_groups!.items!,
  consumer_credential: consumers!.items!.properties!.credentials!.items!,
}

/** A resource's value in the fields that the file format has, and the paths of those it has not. */
export function withinFormat({ type, value }: Pick<AdcResource, 'type' | 'value'>) {
  const unknown: string[] = []
  const schema = SCHEMAS[type]
  return { value: schema ? (prune(schema, value, '', unknown) as Record<string, unknown>) : value, unknown }
}

function prune({ properties, items }: SchemaNode, value: unknown, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    return items ? value.map((item, index) => prune(items, item, `${path}.${index}`, unknown)) : value
  }
  if (!properties || typeof value !== 'object' || value === null) return value
  const known: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`
    if (!Object.hasOwn(properties, key)) unknown.push(below)
    else known[key] = prune(properties[key]!, item, below, unknown)
  }
  return known
}
