import type { AdcResource } from '../../runtime/model/adc/index.ts'
import { FunctionRefused, type ProviderFunction } from '../framework/provider.ts'
import { type Json, type JsonObject, toDynamic } from '../framework/values.ts'

export const adc: ProviderFunction = {
  summary: 'Resources of an ADC file',
  description:
    'Reads a file of ADC, the declarative command line of Apache APISIX and API7. The result holds `services`, `routes`, `stream_routes`, `upstreams`, `ssls`, `consumers`, `consumer_groups`, `global_rules` and `plugin_metadata`, each an object by id, whose values are what the resource of that kind takes: `for_each = provider::antipode::adc(file("adc.yaml")).routes`. Private keys and credentials are under the names of their write-only arguments.',
  parameters: [{ name: 'yaml', type: 'string', description: 'The text of the file, YAML or JSON.' }],
  returns: 'dynamic',
  async call(text) {
    const { ADC_COLLECTIONS, loadAdcFiles } = await import('../../runtime/model/adc/index.ts')
    // Credentials are within their consumers.
    const { consumer_credential: _, ...collections } = ADC_COLLECTIONS
    const groups: Record<string, Record<string, Json>> = Object.fromEntries(
      Object.values(collections).map((collection) => [collection, {}]),
    )
    let resources: readonly AdcResource[]
    try {
      resources = loadAdcFiles([{ name: 'yaml', text: String(text) }], { env: {} })
    } catch (error) {
      throw new FunctionRefused(error instanceof Error ? error.message : String(error), 0)
    }
    for (const resource of resources) {
      if (resource.type !== 'consumer_credential') {
        groups[collections[resource.type]]![resource.id] = attributesOf(resource, resources)
      }
    }
    return toDynamic(groups)
  },
}

function attributesOf({ type, id, name, parentId, value }: AdcResource, all: readonly AdcResource[]): Json {
  const { description, labels, ...fields } = value as JsonObject
  const common = {
    ...(description !== undefined && { desc: description }),
    ...(labels !== undefined && { labels: textLabels(labels as JsonObject) }),
  }
  switch (type) {
    case 'route':
    case 'stream_route':
      return { ...fields, ...common, id, service_id: parentId! }
    case 'ssl':
      return { ...certificates(fields), ...common, id }
    case 'consumer': {
      const credentials = all.filter((other) => other.type === 'consumer_credential' && other.parentId === id)
      return {
        ...fields,
        ...common,
        ...(parentId !== undefined && { group_id: parentId }),
        ...(credentials.length > 0 && { credentials: credentials.map(credential) }),
      }
    }
    case 'global_rule':
      return { id, plugins: { [name]: value as Json } }
    case 'plugin_metadata':
      return { plugin: name, metadata: value as Json }
    default:
      return { ...fields, ...common, id }
  }
}

function credential({ id, value }: AdcResource): JsonObject {
  const { type, name, config, labels, description } = value as Readonly<Record<string, Json>>
  return {
    ...{ id, name: name!, type: type!, config_wo: textLabels(config as JsonObject) },
    ...(labels !== undefined && { labels: textLabels(labels as JsonObject) }),
    ...(description !== undefined && { desc: description }),
  }
}

function certificates({ certificates, ...fields }: JsonObject): JsonObject {
  const [first, ...others] = certificates as unknown as { certificate: string; key: string }[]
  return {
    ...fields,
    ...(first && { cert: first.certificate, key_wo: first.key }),
    ...(others.length > 0 && {
      certs: others.map(({ certificate }) => certificate),
      keys_wo: others.map(({ key }) => key),
    }),
  }
}

/** Labels are text in the Admin API; a list becomes its JSON, as ADC sends it. */
function textLabels(labels: JsonObject): JsonObject {
  const entries = Object.entries(labels)
  return Object.fromEntries(entries.map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]))
}
