import type { ProviderFunction } from './provider.ts'
import { type Attribute, type Attributes, isNested, type Schema } from './schema.ts'
import type { Type } from './values.ts'
import { MARKDOWN, NESTING, type WireAttribute, type WireFunction, type WireSchema } from './wire/plugin-protocol.ts'

/** A schema as the protocol sends it. */
export function schemaMessage({ version = 0, description, attributes }: Schema): WireSchema {
  const block = { version, attributes: attributeMessages(attributes), description, description_kind: MARKDOWN }
  return { version, block }
}

export function functionMessage({ summary, description, parameters, returns }: ProviderFunction): WireFunction {
  return {
    ...{ summary, description, description_kind: MARKDOWN, return: { type: typeBytes(returns) } },
    parameters: parameters.map(({ name, type, description, nullable = false }) => ({
      ...{ name, type: typeBytes(type), description, description_kind: MARKDOWN, allow_null_value: nullable },
    })),
  }
}

function attributeMessages(attributes: Attributes): WireAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute))
}

function attributeMessage(name: string, attribute: Attribute): WireAttribute {
  const { description, presence, sensitive = false, writeOnly = false, deprecated = false } = attribute
  return {
    ...{ name, description, description_kind: MARKDOWN, sensitive, deprecated, write_only: writeOnly },
    required: presence === 'required',
    optional: presence === 'optional' || presence === 'optional-computed',
    computed: presence !== 'required' && presence !== 'optional',
    ...(isNested(attribute)
      ? { nested_type: { attributes: attributeMessages(attribute.attributes), nesting: NESTING[attribute.nesting] } }
      : { type: typeBytes(attribute.type) }),
  }
}

function typeBytes(type: Type): Uint8Array {
  return Buffer.from(JSON.stringify(type))
}
