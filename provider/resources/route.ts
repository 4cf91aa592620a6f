import { configurationResource } from './configuration-resource.ts'
import { idInService, nameIsDue } from './id-in-service.ts'
import { INLINE_UPSTREAM, upstreamReferences, withNodesAsList } from './upstream-attributes.ts'

export const route = configurationResource({
  collection: 'routes',
  noun: 'route',
  description:
    'Which requests go where: by path, host, method and more, to a service, an upstream, or a plugin that answers.',
  ...INLINE_UPSTREAM,
  // Lua, which this gateway does not run.
  omitted: ['filter_func', 'script', 'script_id', ...INLINE_UPSTREAM.omitted],
  references: [
    { path: ['service_id'], to: 'services', noun: 'service' },
    { path: ['upstream_id'], to: 'upstreams', noun: 'upstream' },
    { path: ['plugin_config_id'], to: 'plugin_configs', noun: 'plugin config' },
    ...upstreamReferences(['upstream']),
  ],
  idDescription: 'The id of the route. Default: made from the names of its service and its own, as ADC makes it.',
  idOf: idInService,
  idIsDue: nameIsDue,
  fromStored: withNodesAsList,
})
