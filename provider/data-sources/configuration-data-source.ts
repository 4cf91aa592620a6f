import type { ResourceType } from '../../runtime/model/resource.ts'
import { type GatewayClient, isJsonObject } from '../admin-api/gateway-client.ts'
import { lazy } from '../framework/lazy.ts'
import { refused } from '../framework/problem.ts'
import type { DataSource, Resource } from '../framework/provider.ts'
import { type Attribute, type Attributes, isNested } from '../framework/schema.ts'
import { isNull, type JsonObject } from '../framework/values.ts'
import { groupOf, IN_GROUP } from '../resources/gateway-group.ts'

export interface Lookup {
  readonly noun: string
  /** All that a name is looked for in. */
  readonly collection: ResourceType | ListOf
  /** The field that people call it by. @default no lookup by name */
  readonly name?: string
  /** Whether something is called so. @default its field of that name says so */
  readonly isCalled?: (value: JsonObject, name: string) => boolean
}

type ListOf = (
  client: GatewayClient,
  signal: AbortSignal,
) => Promise<readonly { readonly id: string; readonly value: JsonObject }[]>

/** Looks a resource up by its id, or by its name; the attributes are those of the resource, without secrets. */
export function configurationDataSource(
  { schema, read, import: startFrom }: Resource<GatewayClient>,
  lookup: Lookup,
): DataSource<GatewayClient> {
  const { noun, name } = lookup
  const attributesOf = lazy(
    (): Attributes => ({
      ...readable(schema.attributes),
      ...(schema.attributes.gateway_group && IN_GROUP),
      id: {
        description: `The id of the ${noun}.${name ? ` Either this, or \`${name}\`.` : ''}`,
        ...{ type: 'string', presence: name ? 'optional-computed' : 'required' },
      },
      ...(name &&
        name !== 'id' && {
          [name]: {
            description: `What people call the ${noun}. Either this, or \`id\`.`,
            ...{ type: 'string', presence: 'optional-computed' },
          },
        }),
    }),
  )
  return {
    schema: {
      description: `The ${noun} of an id${name ? ', or of a name' : ''}. ${schema.description}`,
      get attributes() {
        return attributesOf()
      },
    },
    async read(ofProvider, config, context) {
      const client = groupOf(ofProvider, config)
      const wanted = name && !isNull(config[name]) ? String(config[name]) : undefined
      if (isNull(config.id) === (wanted === undefined)) {
        throw refused(`Which ${noun} is meant?`, `Give either id or ${name}.`, ['id'])
      }
      const id = wanted === undefined ? String(config.id) : await idOfNamed(client, lookup, wanted, context.signal)
      const start = {
        ...Object.fromEntries(Object.keys(schema.attributes).map((key) => [key, null])),
        ...(startFrom?.(id) ?? { id }),
        gateway_group: config.gateway_group ?? null,
      }
      const found = await read(ofProvider, start, { ...context, warn: () => undefined })
      if (!found) throw refused(`There is no ${noun} ${JSON.stringify(id)}`, 'Nothing of this id exists.', ['id'])
      // What is asked by stays as it was written, although it may stand elsewhere in what was found.
      const asked = Object.fromEntries(Object.entries(config).filter(([, value]) => !isNull(value)))
      return Object.fromEntries(Object.keys(attributesOf()).map((key) => [key, asked[key] ?? found[key] ?? null]))
    },
  }
}

async function idOfNamed(
  client: GatewayClient,
  { collection, noun, name: field = 'name', isCalled = (value, wanted) => value[field] === wanted }: Lookup,
  wanted: string,
  signal: AbortSignal,
): Promise<string> {
  const all = await (typeof collection === 'function' ? collection(client, signal) : client.list(collection, signal))
  const found = all.filter(({ value }) => isJsonObject(value) && isCalled(value, wanted))
  if (found.length === 1) return found[0]!.id
  const why =
    found.length === 0
      ? 'None has it.'
      : `${found.length} have it: ${found.map(({ id }) => id).join(', ')}; give the id of one.`
  throw refused(`There is no one ${noun} of that ${field}`, `${field} = ${JSON.stringify(wanted)}. ${why}`, [field])
}

/** Attributes as they are told: nothing that is only handed on. */
export function readable(attributes: Attributes): Attributes {
  const told = Object.entries(attributes).filter(([name, { writeOnly }]) => !writeOnly && !name.endsWith('_wo_version'))
  return Object.fromEntries(told.map(([name, attribute]) => [name, asComputed(attribute)]))
}

function asComputed({ description, sensitive, ...attribute }: Attribute): Attribute {
  const flags = { description, presence: 'computed', ...(sensitive && { sensitive }) } as const
  if (isNested(attribute as Attribute)) {
    const { nesting, attributes } = attribute as Extract<Attribute, { nesting: unknown }>
    return { ...flags, nesting, attributes: readable(attributes) }
  }
  return { ...flags, type: (attribute as Extract<Attribute, { type: unknown }>).type }
}
