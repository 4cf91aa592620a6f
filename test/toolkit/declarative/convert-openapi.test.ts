import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { convertOpenApi } from '../../../toolkit/declarative/openapi/convert.ts'
import { readOpenApi } from '../../../toolkit/declarative/openapi/document.ts'
import { CommandLine } from '../cli-process.ts'

const UPSTREAM = {
  scheme: 'https',
  nodes: [{ host: 'api.example', port: 443, weight: 100 }],
  timeout: { connect: 60, send: 60, read: 60 },
  pass_host: 'pass',
}

interface Route {
  readonly name: string
  readonly uris: readonly string[]
}

function convert(text: string) {
  const document = readOpenApi('openapi.yaml', text)
  assert.ok('paths' in document, JSON.stringify(document))
  return convertOpenApi(document)
}

describe('an OpenAPI document as services', () => {
  it('becomes a service with a route for each operation', () => {
    const services = convert(`
openapi: 3.1.0
info: { title: Pet Store, description: All about pets }
servers: [{ url: 'https://{name}.example/v1', variables: { name: { default: api } } }]
paths:
  /pets:
    get: { operationId: listPets, summary: Lists them, description: At length }
    post: {}
  /pets/{petId}/toys/{toyId}:
    delete: { description: Takes a toy }
`)
    assert.deepEqual(services, [
      {
        name: 'Pet Store',
        description: 'All about pets',
        upstream: UPSTREAM,
        routes: [
          { name: 'listPets', description: 'Lists them', methods: ['GET'], uris: ['/v1/pets'] },
          { name: 'Pet-Store_pets_post', methods: ['POST'], uris: ['/v1/pets'] },
          {
            name: 'Pet-Store_petspetIdtoystoyId_delete',
            description: 'Takes a toy',
            methods: ['DELETE'],
            uris: ['/v1/pets/:petId/toys/:toyId'],
          },
        ],
      },
    ])
  })

  it('takes names, labels, plugins and defaults from the extensions of ADC, the innermost over the others', () => {
    const [service] = convert(`
openapi: 3.0.3
info: { title: T }
servers: [{ url: 'http://a.example:8080', x-adc-upstream-node-defaults: { priority: 1 } }]
x-adc-name: orders
x-adc-labels: { team: blue }
x-adc-plugins: { key-auth: {}, proxy-rewrite: { host: a } }
x-adc-plugin-proxy-rewrite: { host: b }
x-adc-service-defaults: { hosts: [shop.example] }
x-adc-upstream-defaults: { pass_host: node }
x-adc-route-defaults: { priority: 1, enable_websocket: true }
paths:
  /a:
    x-adc-plugin-key-auth: { header: x }
    x-adc-route-defaults: { priority: 2 }
    x-adc-route-uris: [/b]
    get:
      x-adc-name: read
      x-adc-labels: { kind: read }
      x-adc-plugin-proxy-rewrite: { host: c }
      x-adc-route-defaults: { priority: 3 }
    put: { x-adc-route-uris: [/c] }
`)
    assert.deepEqual(service, {
      name: 'orders',
      labels: { team: 'blue' },
      plugins: { 'key-auth': {}, 'proxy-rewrite': { host: 'b' } },
      hosts: ['shop.example'],
      upstream: {
        ...UPSTREAM,
        scheme: 'http',
        nodes: [{ host: 'a.example', port: 8080, weight: 100, priority: 1 }],
        pass_host: 'node',
      },
      routes: [
        {
          name: 'read',
          labels: { kind: 'read' },
          methods: ['GET'],
          uris: ['/a', '/b'],
          plugins: { 'key-auth': { header: 'x' }, 'proxy-rewrite': { host: 'c' } },
          priority: 3,
          enable_websocket: true,
        },
        {
          name: 'T_a_put',
          methods: ['PUT'],
          uris: ['/a', '/c'],
          plugins: { 'key-auth': { header: 'x' } },
          priority: 2,
          enable_websocket: true,
        },
      ],
    })
  })

  it('sets apart what has servers or defaults of its own', () => {
    const services = convert(`
openapi: 3.0.3
info: { title: T }
servers: [{ url: 'https://api.example/v1' }]
paths:
  /a: { get: {} }
  /b: { servers: [{ url: 'https://b.example' }], get: {}, post: {} }
  /c: { get: {}, post: { x-adc-upstream-defaults: { retries: 2 } } }
  /d: { x-adc-service-defaults: { hosts: [d.example] }, get: {} }
  /e: { x-adc-service-defaults: { hosts: [e.example] } }
`)
    assert.deepEqual(
      services.map(({ name, routes }) => [name, (routes as Route[]).map((route) => `${route.name} ${route.uris}`)]),
      [
        ['T', ['T_a_get /v1/a', 'T_c_get /v1/c']],
        ['T_b', ['T_b_get /b', 'T_b_post /b']],
        ['T_c_post', ['T_c_post /v1/c']],
        ['T_d', ['T_d_get /v1/d']],
      ],
    )
    assert.deepEqual(services[1]?.upstream, { ...UPSTREAM, nodes: [{ host: 'b.example', port: 443, weight: 100 }] })
    assert.deepEqual(services[2]?.upstream, { ...UPSTREAM, retries: 2 })
    assert.deepEqual(services[3]?.hosts, ['d.example'])
  })

  it('is refused with the line of every mistake', () => {
    const problems = readOpenApi(
      'openapi.yaml',
      'openapi: 2.0.0\ninfo: {}\nservers:\n  - url: /v1\npaths:\n  /a:\n    get: 5\n    servers: []\n',
    )
    assert.ok(!('paths' in problems))
    assert.deepEqual(
      problems.map(({ line, path, text }) => `${line} ${path} ${text}`),
      [
        '1  it is no document of OpenAPI 3',
        '2 info a title is required',
        '4 servers[0] a url that begins with http:// or https:// is required',
        '8 paths["/a"].servers at least one server is required',
        '7 paths["/a"].get an object is expected',
      ],
    )
  })
})

describe('antipode convert openapi', () => {
  let commandLine: CommandLine
  before(() => {
    commandLine = new CommandLine()
  })
  after(() => commandLine.close())

  it('writes a file that lint finds without mistakes', async () => {
    const write = (name: string, text: string) => writeFileSync(join(commandLine.directory, name), text)
    write(
      'pets.yaml',
      'openapi: 3.0.0\ninfo: { title: Pets }\nservers: [{ url: https://pets.example }]\npaths: { /pets: { get: {} } }',
    )
    write(
      'toys.json',
      '{"openapi":"3.1.0","info":{"title":"Toys"},"servers":[{"url":"http://toys.example"}],"paths":{"/toys":{"get":{}}}}',
    )
    const converted = await commandLine.run(
      'convert',
      'openapi',
      '-f',
      'pets.yaml',
      '-f',
      'toys.json',
      '-o',
      'both.yaml',
    )
    assert.deepEqual(
      [converted.code, converted.stdout],
      [0, '2 services with 2 routes in both.yaml\n'],
      converted.stderr,
    )
    const { services } = parse(readFileSync(join(commandLine.directory, 'both.yaml'), 'utf8'))
    assert.deepEqual(
      services.map(({ name }: { name: string }) => name),
      ['Pets', 'Toys'],
    )
    const linted = await commandLine.run('lint', '-f', 'both.yaml')
    assert.deepEqual([linted.code, linted.stdout], [0, 'no mistakes: 2 service, 2 route\n'], linted.stderr)
  })

  it('fails with the file and line of what it cannot convert, and writes nothing', async () => {
    writeFileSync(
      join(commandLine.directory, 'broken.yaml'),
      'openapi: 3.0.0\npaths: {}\nservers: [{ url: https://a }]\n',
    )
    const failed = await commandLine.run('convert', 'openapi', '-f', 'broken.yaml', '-o', 'never.yaml')
    assert.equal(failed.code, 1)
    assert.match(failed.stderr, /broken\.yaml:1 {2}info {2}a title is required/)
    assert.throws(() => readFileSync(join(commandLine.directory, 'never.yaml')))
  })
})
