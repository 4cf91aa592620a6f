import { configurationResource } from './configuration-resource.ts'
import { NODES, nodesAsList, upstreamReferences } from './upstream-attributes.ts'

export const upstream = configurationResource({
  collection: 'upstreams',
  noun: 'upstream',
  description: 'Where requests are sent: nodes, how load is balanced among them, how their health is found out.',
  secrets: ['tls.client_key'],
  instead: { nodes: NODES },
  references: upstreamReferences([]),
  fromStored: nodesAsList,
})
