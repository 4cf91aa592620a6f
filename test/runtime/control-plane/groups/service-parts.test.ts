import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { partsOf } from '../../../../runtime/control-plane/groups/promotion/service-parts.ts'
import type { ResourceType, ResourceValue } from '../../../../runtime/model/resource.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'

/** A service that refers to something in every way there is, and things that it has nothing to do with. */
const STORED: readonly (readonly [ResourceType, string, ResourceValue])[] = [
  ['services', 's', { upstream_id: 's', plugins: { 'traffic-split': splitTo('by-service') } }],
  ['upstreams', 's', { tls: { client_cert_id: 'of-upstream' } }],
  ['upstreams', 'second', { labels: { __ADC_UPSTREAM_SERVICE_ID: 's' } }],
  ['upstreams', 'by-service', {}],
  ['upstreams', 'by-route', {}],
  ['upstreams', 'by-plugin-config', {}],
  ['routes', 'r1', { service_id: 's', upstream_id: 'by-route', plugin_config_id: 'p' }],
  ['routes', 'r2', { service_id: 's', plugins: { 'grpc-transcode': { proto_id: 7 } } }],
  ['routes', 'r3', { service_id: 's', upstream: { tls: { client_cert_id: 'of-route' } }, plugins: { broken: null } }],
  ['stream_routes', 'below', { service_id: 's', protocol: { superior_id: 'above' } }],
  ['stream_routes', 'above', { upstream_id: 'gone' }],
  ['plugin_configs', 'p', { plugins: { 'traffic-split': splitTo('by-plugin-config') } }],
  ['protos', '7', {}],
  ['ssls', 'of-upstream', {}],
  ['ssls', 'of-route', {}],
  ['services', 'other', { upstream_id: 'other' }],
  ['upstreams', 'other', {}],
  ['routes', 'of-other', { service_id: 'other' }],
  ['routes', 'of-none', {}],
  ['consumers', 'jack', {}],
]

describe('what belongs to a service, and what that refers to', () => {
  it('is found, each once, after what it refers to itself', async () => {
    const store = new MemoryStore()
    await store.write(randomUUID(), (head) => {
      for (const [type, id, value] of STORED) head.put(type, id, value)
      return { status: 200, body: {} }
    })
    const parts = partsOf(store.read(), 's')
    const names = parts.map(({ kind, id }) => `${kind}/${id}`)
    assert.deepEqual(names.toSorted(), [
      ...['plugin_configs/p', 'protos/7', 'routes/r1', 'routes/r2', 'routes/r3', 'services/s'],
      ...['ssls/of-route', 'ssls/of-upstream', 'stream_routes/above', 'stream_routes/below'],
      ...[
        'upstreams/by-plugin-config',
        'upstreams/by-route',
        'upstreams/by-service',
        'upstreams/s',
        'upstreams/second',
      ],
    ])
    const place = (name: string) => names.indexOf(name)
    assert.ok(place('ssls/of-upstream') < place('upstreams/s'))
    assert.ok(place('upstreams/s') < place('services/s') && place('services/s') < place('routes/r1'))
    const shared = parts.filter((part) => part.shared).map(({ kind, id }) => `${kind}/${id}`)
    assert.ok(!shared.includes('upstreams/s') && !shared.includes('upstreams/second') && !shared.includes('routes/r1'))
    assert.ok(shared.includes('upstreams/by-route') && shared.includes('stream_routes/above'))
    assert.deepEqual(partsOf(store.read(), 'none'), [])
  })
})

function splitTo(upstream: string) {
  return { rules: [{ weighted_upstreams: [{ upstream_id: upstream, weight: 1 }, { weight: 1 }] }] }
}
