import { RESOURCE_TYPES } from '../../runtime/model/resource.ts'
import { RESOURCE_SCHEMAS } from '../../runtime/model/schemas/index.ts'
import { SECRET_MANAGERS } from '../../runtime/model/schemas/secret.ts'
import { pluginSchemas } from '../../runtime/plugins/schemas.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * All that the provider takes from the model: plain JSON, so that a bundle of the provider carries this file's value and
 * none of what makes it.
 */
export const MODEL = {
  resources: Object.fromEntries(RESOURCE_TYPES.map((type) => [type, RESOURCE_SCHEMAS[type] as JsonSchema])),
  secretManagers: SECRET_MANAGERS as Readonly<Record<string, JsonSchema>>,
  /** What plugins that identify consumers keep of one, by the plugin's name. */
  credentials: Object.fromEntries(
    pluginSchemas
      .filter(({ type, consumerSchema }) => type === 'auth' && consumerSchema)
      .map(({ name, consumerSchema }) => [name, consumerSchema as JsonSchema]),
  ),
} as const
