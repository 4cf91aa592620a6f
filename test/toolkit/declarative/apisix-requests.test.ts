import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AdcResource, loadAdcFiles } from '../../../runtime/model/adc/index.ts'
import { apisixRequests } from '../../../toolkit/declarative/apisix/operator.ts'
import { fromApisix } from '../../../toolkit/declarative/apisix/transformer.ts'
import type { RemoteResource } from '../../../toolkit/declarative/compare/change.ts'
import { compare } from '../../../toolkit/declarative/compare/compare.ts'

const SERVICE = '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'
const UPSTREAM = 'upstream: { nodes: [{ host: h, port: 80, weight: 1 }] }'

const EMPTY = {
  ...{ services: [], routes: [], stream_routes: [], upstreams: [], ssls: [], consumers: [], consumer_groups: [] },
  ...{ global_rules: [], plugin_metadata: [], credentials: [] },
}

describe('requests of the backend apisix', () => {
  const read = (text: string): AdcResource[] => loadAdcFiles([{ name: 'a.yaml', text }], { env: {} })
  const requests = (before: readonly RemoteResource[], text: string) =>
    compare(read(text), before, (resource) => resource)
      .flatMap(apisixRequests)
      .map(({ method, path }) => `${method} ${path.replace('/apisix/admin/', '').replaceAll(SERVICE, 'a')}`)
  /** As a control plane holds it after a sync. */
  const held = (text: string): RemoteResource[] =>
    read(text).map((resource) => ({ ...resource, ...(resource.value.upstream ? { upstreamId: resource.id } : {}) }))

  it('put the upstream of a service before it', () => {
    assert.deepEqual(requests([], `services: [{ name: a, ${UPSTREAM} }]`), ['PUT upstreams/a', 'PUT services/a'])
    assert.deepEqual(requests([], 'services: [{ name: a }]'), ['PUT services/a'])
  })

  it('put only the half of a service that changed', () => {
    const before = held(`services: [{ name: a, ${UPSTREAM} }]`)
    const other = UPSTREAM.replace('host: h', 'host: other')
    assert.deepEqual(requests(before, `services: [{ name: a, ${other} }]`), ['PUT upstreams/a'])
    assert.deepEqual(requests(before, `services: [{ name: a, hosts: [h], ${UPSTREAM} }]`), ['PUT services/a'])
    assert.deepEqual(requests(before, `services: [{ name: a, hosts: [h], ${other} }]`), [
      'PUT upstreams/a',
      'PUT services/a',
    ])
  })

  it('delete a service before its upstream', () => {
    assert.deepEqual(requests(held(`services: [{ name: a, ${UPSTREAM} }]`), '{}'), [
      'DELETE services/a',
      'DELETE upstreams/a',
    ])
    assert.deepEqual(requests(held('services: [{ name: a }]'), '{}'), ['DELETE services/a'])
  })

  it('let go of an upstream before it is deleted, and refer to one after it is there', () => {
    const without = 'services: [{ name: a }]'
    const withOne = `services: [{ name: a, ${UPSTREAM} }]`
    assert.deepEqual(requests(held(withOne), without), ['PUT services/a', 'DELETE upstreams/a'])
    assert.deepEqual(requests(held(without), withOne), ['PUT upstreams/a', 'PUT services/a'])
  })

  it('carry what ADC carries', () => {
    const text = `
services:
  - name: a
    description: d
    labels: { x: [1, 2] }
    ${UPSTREAM}
    routes: [{ id: r, name: n, uris: [/] }]
    upstreams: [{ id: u, name: canary, nodes: [] }]
global_rules: { cors: { max_age: 1 } }
`.replace('[1, 2]', '["1", "2"]')
    const bodies = new Map(
      compare(read(text), [], (resource) => resource)
        .flatMap(apisixRequests)
        .map(({ path, body }) => [path.replace('/apisix/admin/', ''), body]),
    )
    const defaults = { type: 'roundrobin', scheme: 'http', pass_host: 'pass' }
    assert.deepEqual(bodies.get(`upstreams/${SERVICE}`), {
      ...{ ...defaults, id: SERVICE, name: 'a', nodes: [{ host: 'h', port: 80, weight: 1, priority: 0 }] },
    })
    assert.deepEqual(bodies.get(`services/${SERVICE}`), {
      ...{ id: SERVICE, name: 'a', desc: 'd', labels: { x: '["1","2"]' }, upstream_id: SERVICE },
    })
    assert.deepEqual(bodies.get('routes/r'), { id: 'r', name: 'n', uris: ['/'], service_id: SERVICE, status: 1 })
    assert.deepEqual(bodies.get('upstreams/u'), {
      ...{ ...defaults, id: 'u', name: 'canary', nodes: [], labels: { __ADC_UPSTREAM_SERVICE_ID: SERVICE } },
    })
    assert.deepEqual(bodies.get('global_rules/cors'), { plugins: { cors: { max_age: 1 } } })
  })

  it('read what others wrote in other words', () => {
    const [service, route] = fromApisix({
      ...EMPTY,
      services: [{ id: 's', upstream_id: 'shared', create_time: 1, update_time: 1 }],
      routes: [
        { id: 'r', uri: '/a', host: 'h', remote_addr: '::1', status: 0, service_id: 's', desc: 'd' },
        { id: 'lone', uri: '/' },
      ],
      upstreams: [{ id: 'shared', nodes: { 'h:81': 1, plain: 2 }, scheme: 'https' }],
    })
    assert.deepEqual(service?.value, {
      ...{
        name: 's',
        upstream: {
          scheme: 'https',
          nodes: [
            { host: 'h', port: 81, weight: 1 },
            { host: 'plain', port: 443, weight: 2 },
          ],
        },
      },
    })
    assert.deepEqual([service?.name, service?.upstreamId], ['s', 'shared'])
    assert.deepEqual(route?.value, {
      name: 'r',
      description: 'd',
      uris: ['/a'],
      hosts: ['h'],
      remote_addrs: ['::1'],
      status: 0,
    })
  })
})
