import { isJsonObject } from '../admin-api/gateway-client.ts'
import type { JsonObject } from '../framework/values.ts'
import { configurationResource } from './configuration-resource.ts'

export const pluginMetadata = configurationResource({
  collection: 'plugin_metadata',
  noun: 'plugin metadata',
  description: 'Settings of a plugin for the whole gateway group.',
  schema: {
    type: 'object',
    properties: { metadata: { type: 'object', description: 'The settings; which there are is up to the plugin.' } },
    required: ['metadata'],
  },
  own: {
    plugin: { description: 'The name of the plugin.', type: 'string', presence: 'required', replaces: true },
  },
  idPresence: 'computed',
  idDescription: 'The name of the plugin.',
  idOf: async ({ plugin }) => (typeof plugin === 'string' ? plugin : undefined),
  import: (id) => ({ id, plugin: id }),
  toStored: ({ metadata }, id) => ({ ...(isJsonObject(metadata) ? metadata : {}), id }),
  fromStored: ({ id: _, ...metadata }): JsonObject => ({ metadata }),
})
