import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { PLUGINS } from '../../../runtime/data-plane/plugins.ts'
import { createPluginsCheck } from '../../../runtime/model/plugin-validator.ts'
import type { ResourceValue } from '../../../runtime/model/resource.ts'
import { pluginSchemas } from '../../../runtime/plugins/schemas.ts'
import { echoUpstream } from '../data-plane/support/echo-upstream.ts'
import { exchange } from '../data-plane/support/raw-client.ts'
import { type Deployment, deploy, reconfigure } from '../data-plane/support/test-data-plane.ts'

/**
 * Each golden file: `{ plugins, service?, consumers?, request: { method?, target?, headers?, body? } }`, a line of
 * dashes, and what is expected: `answer` (status, headers, body) or what the `upstream` received (method, url, headers,
 * body). Only what is named is compared; a header that is null must be absent. Or `refused`: the schema's complaint.
 */
const FOLDER = join(import.meta.dirname, '../../golden/plugins')

interface Golden {
  readonly plugins: Readonly<Record<string, unknown>>
  readonly service?: ResourceValue
  readonly consumers?: Readonly<Record<string, ResourceValue>>
  readonly request?: { method?: string; target?: string; headers?: Record<string, string>; body?: string }
}

interface Expected {
  readonly answer?: { status?: number; headers?: Record<string, string | null>; body?: unknown }
  readonly upstream?: { method?: string; url?: string; headers?: Record<string, string | null>; body?: string }
  readonly refused?: string
}

let deployment: Deployment
before(async () => {
  deployment = await deploy({})
})
after(() => deployment.stop())

const checkPlugins = createPluginsCheck(pluginSchemas)

test('the data plane runs every plugin there is a schema for', () => {
  const names = (schemas: readonly { name: string }[]) => schemas.map(({ name }) => name).sort()
  assert.deepEqual(names(PLUGINS.map((plugin) => plugin.schema)), names(pluginSchemas))
})

for (const name of readdirSync(FOLDER)) {
  for (const file of readdirSync(join(FOLDER, name))) {
    test(`${name}: ${file.replace('.txt', '').replaceAll('-', ' ')}`, async (t) => {
      const [input = '', output = ''] = readFileSync(join(FOLDER, name, file), 'utf8').split(/^-{10}$/m)
      const { plugins, service = {}, consumers = {}, request = {} } = JSON.parse(input) as Golden
      const expected = JSON.parse(output) as Expected
      const wrong = checkPlugins(plugins, 'route')
      assert.equal(wrong, expected.refused)
      if (wrong !== undefined) return
      const upstream = { nodes: { [await echoUpstream(t)]: 1 } }
      await reconfigure(deployment, {
        consumers,
        services: { s1: { name: 'service', ...service } },
        routes: { r1: { uri: '/*', plugins, upstream, service_id: 's1' } },
      })
      const text = await exchange(deployment.dataPlane.port, written(request))
      const [head = '', ...rest] = text.split('\r\n\r\n')
      compare(expected, head, rest.join('\r\n\r\n'))
    })
  }
}

function written({ method = 'GET', target = '/', headers = {}, body = '' }: NonNullable<Golden['request']>): string {
  const length = body === '' ? {} : { 'Content-Length': String(body.length) }
  const fields = Object.entries({ Host: 'a.example', Connection: 'close', ...length, ...headers })
  return `${method} ${target} HTTP/1.1\n${fields.map(([name, value]) => `${name}: ${value}\n`).join('')}\n${body}`
}

function compare({ answer, upstream }: Expected, head: string, body: string): void {
  if (answer) {
    const { status, headers = {}, ...rest } = answer
    if (status !== undefined) assert.equal(Number(head.slice(9, 12)), status, head + body)
    for (const [name, value] of Object.entries(headers)) assert.equal(fieldOf(head, name), value, name)
    const actual = typeof rest.body === 'string' ? body : 'body' in rest ? JSON.parse(body) : undefined
    assert.deepEqual(actual, rest.body)
  }
  if (upstream) {
    const received = JSON.parse(body)
    const { headers = {}, ...rest } = upstream
    for (const [name, value] of Object.entries(rest)) assert.equal(received[name], value, name)
    for (const [name, value] of Object.entries(headers)) assert.equal(received.headers[name] ?? null, value, name)
  }
}

function fieldOf(head: string, name: string): string | null {
  return new RegExp(`^${name}: (.*?)\r?$`, 'im').exec(head)?.[1] ?? null
}
