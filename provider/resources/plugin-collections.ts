import { Dynamic, isObject, type ValueObject } from '../framework/values.ts'
import { configurationResource } from './configuration-resource.ts'

export const globalRule = configurationResource({
  collection: 'global_rules',
  noun: 'global rule',
  description: 'Plugins that run on every call of the gateway group. One plugin may stand in one rule only.',
  idDescription: 'The id of the global rule. Default: the name of its plugin, as ADC has it, where there is one.',
  idOf: async ({ plugins = null }) => onlyPlugin(plugins),
  idIsDue: ({ plugins = null }) =>
    plugins instanceof Dynamic && isObject(plugins.value) && Object.keys(plugins.value).length !== 1
      ? 'A global rule with several plugins, or with none, needs an id.'
      : undefined,
})

export const pluginConfig = configurationResource({
  collection: 'plugin_configs',
  noun: 'plugin config',
  description: 'Plugins that several routes share by `plugin_config_id`.',
})

export const consumerGroup = configurationResource({
  collection: 'consumer_groups',
  noun: 'consumer group',
  description: 'Plugins that several consumers share by `group_id`.',
})

export const proto = configurationResource({
  collection: 'protos',
  noun: 'proto',
  description: 'A definition of gRPC services: the text of a `.proto` file, or a descriptor set in base64.',
})

function onlyPlugin(plugins: ValueObject[string]): string | undefined {
  if (!(plugins instanceof Dynamic) || !isObject(plugins.value)) return undefined
  const [name, ...more] = Object.keys(plugins.value)
  return more.length === 0 ? name : undefined
}
