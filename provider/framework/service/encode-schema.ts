import type { Provider } from '../provider.ts'
import type { Schema } from '../schema.ts'
import { functionMessage, schemaMessage } from '../schema-message.ts'
import { encodeMessage } from '../wire/message.ts'
import { CALLS, type WireFunction, type WireSchema } from '../wire/plugin-protocol.ts'

/** What a provider can do beyond the least; calls that come first tell of it. */
export const CAPABILITIES = { plan_destroy: true, get_provider_schema_optional: true }

/**
 * What `GetProviderSchema` answers for a provider, which never changes: kept as bytes, it is answered without the provider.
 */
export function encodeSchema<Client>({
  schema,
  resources,
  dataSources,
  ephemeralResources,
  functions,
}: Provider<Client>): Uint8Array {
  return encodeMessage(CALLS.GetProviderSchema.response, {
    provider: schemaMessage(schema),
    resource_schemas: schemaMessages(resources),
    data_source_schemas: schemaMessages(dataSources),
    ephemeral_resource_schemas: schemaMessages(ephemeralResources),
    functions: functionMessages(functions),
    server_capabilities: CAPABILITIES,
  })
}

export function functionMessages(functions: Provider<unknown>['functions']): Record<string, WireFunction> {
  return Object.fromEntries(Object.entries(functions).map(([name, offered]) => [name, functionMessage(offered)]))
}

function schemaMessages(all: Readonly<Record<string, { readonly schema: Schema }>>): Record<string, WireSchema> {
  return Object.fromEntries(Object.entries(all).map(([type, { schema }]) => [type, schemaMessage(schema)]))
}
