import { configurationResource } from './configuration-resource.ts'
import { INLINE_UPSTREAM, upstreamReferences, withNodesAsList } from './upstream-attributes.ts'

export const service = configurationResource({
  collection: 'services',
  noun: 'service',
  description: 'What several routes share: an upstream, plugins, host names.',
  ...INLINE_UPSTREAM,
  omitted: ['script', ...INLINE_UPSTREAM.omitted],
  references: [{ path: ['upstream_id'], to: 'upstreams', noun: 'upstream' }, ...upstreamReferences(['upstream'])],
  fromStored: withNodesAsList,
})
