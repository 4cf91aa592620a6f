import { configurationResource } from './configuration-resource.ts'
import { idInService, nameIsDue } from './id-in-service.ts'
import { INLINE_UPSTREAM, upstreamReferences, withNodesAsList } from './upstream-attributes.ts'

export const streamRoute = configurationResource({
  collection: 'stream_routes',
  noun: 'stream route',
  description: 'Where connections of TCP, TLS or UDP go, by where they come from and to.',
  ...INLINE_UPSTREAM,
  references: [
    { path: ['service_id'], to: 'services', noun: 'service' },
    { path: ['upstream_id'], to: 'upstreams', noun: 'upstream' },
    { path: ['protocol', 'superior_id'], to: 'stream_routes', noun: 'stream route' },
    ...upstreamReferences(['upstream']),
  ],
  idDescription:
    'The id of the stream route. Default: made from the names of its service and its own, as ADC makes it.',
  idOf: idInService,
  idIsDue: nameIsDue,
  fromStored: withNodesAsList,
})
