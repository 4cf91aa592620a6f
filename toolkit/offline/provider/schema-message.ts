import type { Attribute, AttributeType, Block, NestedBlock, ProviderSchema } from '../schema/schema.ts'
import { NESTING } from '../wire/plugin-protocol.ts'
import type { Message } from '../wire/protobuf.ts'
import { isObject, type Value } from '../wire/value.ts'

/** The schema as the plugin protocol sends it. Every type has version 0: no state outlives the schema it was made with. */
export function schemaMessage({ provider, resource, data, ephemeral }: ProviderSchema): Message {
  const all = (blocks: Readonly<Record<string, Block>>): Message => {
    return Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, { block: blockMessage(block) }]))
  }
  return {
    provider: { block: blockMessage(provider) },
    resources: all(resource),
    dataSources: all(data),
    ephemeralResources: all(ephemeral),
    // To be asked before something is destroyed, too.
    capabilities: { planDestroy: true },
  }
}

function blockMessage({ attributes, blocks }: Block): Message {
  return {
    attributes: attributeMessages({ attributes, blocks }),
    blocks: Object.entries(blocks)
      .filter(([, { attribute }]) => !attribute)
      .map(([name, nested]) => nestedMessage(name, nested)),
  }
}

function attributeMessages({ attributes, blocks }: Block): Message[] {
  const objects = Object.entries(blocks).flatMap(([name, { nesting, block, attribute }]) => {
    return attribute
      ? [{ name, nested: { attributes: attributeMessages(block), nesting: NESTING[nesting] }, ...attribute }]
      : []
  })
  return [...Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute)), ...objects]
}

function attributeMessage(name: string, { type, default: _, ...flags }: Attribute): Message {
  return { name, type: Buffer.from(JSON.stringify(type)), ...flags }
}

function nestedMessage(name: string, { nesting, block, required, atMostOne }: NestedBlock): Message {
  const counted = nesting !== 'single'
  return {
    name,
    block: blockMessage(block),
    nesting: NESTING[nesting],
    ...(counted && required && { minItems: 1 }),
    ...(counted && atMostOne && { maxItems: 1 }),
  }
}

/** A value with every attribute and block of its schema, and no other: what is missing is unset. */
export function conform(block: Block, value: Value): Value {
  if (!isObject(value)) return value
  const attributes = Object.entries(block.attributes).map(([name, { type }]) => {
    return [name, conformAttribute(type, value[name] ?? null)] as const
  })
  const blocks = Object.entries(block.blocks).map(([name, nested]) => {
    const inner = value[name] ?? null
    if (nested.nesting === 'single' || (nested.attribute && inner === null)) {
      return [name, conform(nested.block, inner)] as const
    }
    if (nested.nesting === 'map') {
      const items = Object.entries(isObject(inner) ? inner : {})
      return [name, Object.fromEntries(items.map(([key, item]) => [key, conform(nested.block, item)]))] as const
    }
    const items = Array.isArray(inner) ? (inner as readonly Value[]) : []
    return [name, items.map((item) => conform(nested.block, item))] as const
  })
  return Object.fromEntries([...attributes, ...blocks])
}

function conformAttribute(type: AttributeType, value: Value): Value {
  if (typeof type === 'string' || value === null) return value
  const [kind, inner] = type
  if (kind === 'object') {
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(inner).map(([name, field]) => [name, conformAttribute(field, value[name] ?? null)]),
    )
  }
  return Array.isArray(value) ? value.map((item: Value) => conformAttribute(inner, item)) : value
}
