import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createAuthority, type KeyPair } from '../../../runtime/control-plane/pki/authority.ts'
import {
  type AdcResource,
  type Labels,
  loadAdcFiles,
  MANAGED_BY_ADC,
  selectByLabels,
  withLabels,
} from '../../../runtime/model/adc/index.ts'
import { RESOURCE_TYPES } from '../../../runtime/model/resource.ts'
import type { Backend, OpenBackend } from '../../../toolkit/declarative/backend.ts'
import { carryOut } from '../../../toolkit/declarative/carry-out.ts'
import { compare } from '../../../toolkit/declarative/compare/compare.ts'
import { ControlPlaneClient } from '../../../toolkit/declarative/connection/control-plane-client.ts'
import { ADMIN_KEY, startAdminApi } from './control-plane.ts'

const FILE = `
services:
  - name: orders
    description: all orders
    hosts: [orders.example]
    labels: { team: blue }
    plugins: { proxy-rewrite: { host: inner.example } }
    upstream:
      nodes: [{ host: 10.0.0.1, port: 80, weight: 1 }]
      checks: { active: { http_path: /health, healthy: {}, unhealthy: {} }, passive: { healthy: {} } }
      keepalive_pool: {}
    upstreams:
      - { name: canary, nodes: [{ host: 10.0.0.2, port: 80, weight: 1 }] }
    routes:
      - { name: list, uris: [/orders], methods: [GET], vars: [[arg_a, ==, b]] }
      - name: item
        uris: [/orders/*, /order/*]
        priority: 5
        enable_websocket: true
        timeout: { connect: 1, send: 2, read: 3 }
        plugins: { key-auth: {} }
        labels: { list: [a, b] }
  - name: bare
    routes: [{ name: nothing, uris: [/nothing], plugins: { fault-injection: { abort: { http_status: 200 } } } }]
  - name: tcp
    upstream: { scheme: tcp, nodes: [{ host: 10.0.0.3, port: 5432, weight: 1 }] }
    stream_routes: [{ name: database, server_port: 9100, description: to the database }]
consumers:
  - username: jack
    description: a caller
    labels: { team: blue }
    credentials:
      - { name: first, type: key-auth, config: { key: secret-one } }
      - { name: second, type: key-auth, config: { key: secret-two } }
  - username: jill
    plugins: { key-auth: { key: secret-three } }
ssls:
  - snis: [orders.example, "*.orders.example"]
    certificates: [{ certificate: "\${CERTIFICATE}", key: "\${KEY}" }]
global_rules:
  fault-injection: { delay: { duration: 0.001, percentage: 1 } }
plugin_metadata:
  proxy-rewrite: { note: { anything: [1, 2] } }
`

/** What every kind of Admin API must do for declarative files, in the gateway group of this name. */
export function describeDeclarativeBackend(backend: Backend, gatewayGroup = 'default'): void {
  const where = gatewayGroup === 'default' ? '' : `, in the gateway group ${gatewayGroup}`
  describe(`declarative files through the backend ${backend.name}${where}`, () => {
    let api: Awaited<ReturnType<typeof startAdminApi>>
    let client: ControlPlaneClient
    let pair: KeyPair
    let calls: string[]
    before(async () => {
      api = await startAdminApi()
      calls = []
      const trace = (line: string) => void calls.push(line.replace(api.server, '').replace(/ \(.*/, ''))
      client = new ControlPlaneClient({ server: api.server, token: ADMIN_KEY, timeout: 60_000, trace })
      pair = await createAuthority('test')
      if (gatewayGroup !== 'default') await client.expect('POST', '/api/gateway_groups', { name: gatewayGroup })
    })
    after(async () => {
      await client.close()
      await api.close()
      if (gatewayGroup !== 'default') {
        const everywhere = RESOURCE_TYPES.flatMap((type) => api.store.read().list(type))
        assert.deepEqual(everywhere, [], 'something was written into another group')
      }
    })

    const open = (labelSelector: Labels = {}) => backend.open(client, { gatewayGroup, labelSelector })
    const read = (text: string): AdcResource[] => {
      const env = { CERTIFICATE: pair.certificate, KEY: pair.key }
      return withLabels(loadAdcFiles([{ name: 'file.yaml', text }], { env }), MANAGED_BY_ADC)
    }
    const differences = async (opened: OpenBackend, local: AdcResource[]) =>
      compare(local, await opened.fetch(() => {}), opened.withDefaults(local))
    const sync = async (text: string) => {
      const opened = await open()
      const changes = await differences(opened, read(text))
      calls.length = 0
      const outcome = await carryOut(client, opened, changes, 10, new AbortController().signal)
      assert.deepEqual(
        outcome.failed.map(({ change, error }) => `${change.type} ${change.name}: ${error.message}`),
        [],
      )
      assert.deepEqual(outcome.left, [])
      assert.deepEqual(await differences(opened, read(text)), [], 'a second diff is empty')
      return changes.map(({ operation, type, name }) => `${operation} ${type} ${name}`)
    }

    it('answers a ping, and tells its version', async () => {
      await backend.ping(client)
      assert.match((await open()).version, /^\d+\.\d+\.\d+$/)
    })

    it('refuses a ping with a wrong key, in words', async () => {
      const stranger = new ControlPlaneClient({ server: api.server, token: 'wrong', timeout: 60_000 })
      await assert.rejects(backend.ping(stranger), /failed to check token: wrong apikey/)
      await stranger.close()
    })

    it('holds nothing to begin with', async () => {
      assert.deepEqual(await (await open()).fetch(() => {}), [])
    })

    it('validates without writing, and finds the resource that is wrong', async () => {
      const opened = await open()
      assert.deepEqual(await opened.validate(read(FILE)), [])
      const mistakes = await opened.validate(read(FILE.replace('abort: { http_status: 200 }', 'abort: {}')))
      assert.deepEqual(
        mistakes?.map(({ resource }) => resource?.name),
        ['nothing'],
      )
      assert.match(mistakes?.[0]?.text ?? '', /failed to check the configuration of plugin fault-injection/)
      assert.deepEqual(await opened.fetch(() => {}), [])
    })

    it('creates every kind, in an order that references allow', async () => {
      const done = await sync(FILE)
      assert.equal(done.length, 15)
      assert.ok(done.indexOf('create service orders') < done.indexOf('create route list'))
      assert.ok(done.indexOf('create consumer jack') < done.indexOf('create consumer_credential first'))
    })

    it('reads back every resource as the file has it', async () => {
      const opened = await open()
      const remote = await opened.fetch(() => {})
      const jack = remote.find(({ type, name }) => type === 'consumer' && name === 'jack')
      assert.deepEqual(jack?.value, {
        ...{ username: 'jack', description: 'a caller', labels: { 'managed-by': 'adc', team: 'blue' } },
      })
      const ssl = remote.find(({ type }) => type === 'ssl')
      assert.doesNotMatch(JSON.stringify(ssl), /PRIVATE KEY/)
      const item = remote.find(({ type, name }) => type === 'route' && name === 'item')
      assert.deepEqual(item?.value.labels, { 'managed-by': 'adc', list: ['a', 'b'] })
    })

    it('lists in the order of keys', async () => {
      const ids = (await (await open()).fetch(() => {})).filter(({ type }) => type === 'service').map(({ id }) => id)
      assert.deepEqual(ids, ids.toSorted())
    })

    it('updates every kind, and nothing else', async () => {
      const changed = FILE.replace('all orders', 'every order')
        .replace('10.0.0.2', '10.0.0.9')
        .replace('priority: 5', 'priority: 6')
        .replace('to the database', 'to databases')
        .replace('a caller', 'somebody')
        .replace('secret-two', 'secret-four')
        .replace('["*.orders.example"]', '["*.orders.example"]\n    labels: { a: b }')
        .replace('duration: 0.001', 'duration: 0.002')
        .replace('anything: [1, 2]', 'anything: [1]')
        .replace('ssls:\n  -', 'ssls:\n  - labels: { rotated: "yes" }\n   ')
      assert.deepEqual((await sync(changed)).sort(), [
        'update consumer jack',
        'update consumer_credential second',
        'update global_rule fault-injection',
        'update plugin_metadata proxy-rewrite',
        'update route item',
        'update service orders',
        'update ssl orders.example,*.orders.example',
        'update stream_route database',
        'update upstream canary',
      ])
      await sync(FILE)
    })

    it('takes the upstream of a service away, and gives it back', async () => {
      const without = FILE.replace(/ {4}upstream: \{ scheme: tcp.*\n/, '')
      assert.deepEqual(await sync(without), ['update service tcp'])
      assert.deepEqual(await sync(FILE), ['update service tcp'])
    })

    it('moves a route with an id of its own to another service', async () => {
      const route = '      - { id: mine, name: moved, uris: [/moved] }\n'
      await sync(FILE.replace('    routes:\n', `    routes:\n${route}`))
      const moved = FILE.replace('consumers:\n', `  - name: new\n    routes:\n${route}consumers:\n`)
      assert.deepEqual((await sync(moved)).sort(), ['create route moved', 'create service new', 'delete route moved'])
      await sync(FILE)
    })

    it('selects by labels, and leaves everything else alone', async () => {
      const selector = { team: 'blue' }
      const opened = await open(selector)
      const remote = selectByLabels(await opened.fetch(() => {}), selector, new Set())
      assert.deepEqual(remote.map(({ type, name }) => `${type} ${name}`).sort(), [
        'consumer jack',
        'consumer_credential first',
        'consumer_credential second',
        'route item',
        'route list',
        'service orders',
        'upstream canary',
      ])
    })

    it('tells what failed, what was done before and what was left', async () => {
      const opened = await open()
      const wrong = FILE.replace('/orders/*, /order/*', '/orders/*')
        .replace('plugins: { key-auth: {} }', 'plugins: { no-such-plugin: {} }')
        .replace('anything: [1, 2]', 'anything: [3]')
      const changes = await differences(opened, read(wrong))
      const outcome = await carryOut(client, opened, changes, 10, new AbortController().signal)
      assert.deepEqual(
        outcome.failed.map(({ change }) => change.name),
        ['item'],
      )
      assert.match(outcome.failed[0]!.error.message, /unknown plugin \[no-such-plugin\]/)
      assert.deepEqual(
        outcome.left.map(({ type }) => type),
        ['plugin_metadata'],
      )
      assert.deepEqual(await differences(opened, read(FILE)), [], 'nothing of it was written')
    })

    it('deletes every kind, what refers to others first', async () => {
      const done = await sync('{}')
      assert.equal(done.length, 13, done.join('\n'))
      assert.ok(done.indexOf('delete route list') < done.indexOf('delete service orders'))
      assert.deepEqual(await (await open()).fetch(() => {}), [])
    })
  })
}
