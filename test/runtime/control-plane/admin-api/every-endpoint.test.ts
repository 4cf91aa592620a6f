import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { METHODS } from '../../../../runtime/control-plane/admin-api/endpoints.ts'
import { openApiDocument } from '../../../../runtime/control-plane/admin-api/openapi.ts'
import { compileSchema, type SchemaCheck } from '../../../../runtime/model/schema-compiler.ts'
import { PAIRS } from './certificates.ts'
import { nearSchema } from './near-schema.ts'
import { SERVICE_BODIES, ServiceApp } from './service-app.ts'

/** Another one is tried by `ANTIPODE_FUZZ_SEED`, more by `ANTIPODE_FUZZ_RUNS`. */
const SEED = Number(process.env.ANTIPODE_FUZZ_SEED ?? 20_261_121)
const RUNS = Number(process.env.ANTIPODE_FUZZ_RUNS ?? 12)

type Json = Readonly<Record<string, unknown>>
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Json }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>
}
const document = JSON.parse(JSON.stringify(openApiDocument())) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const OPERATIONS = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method.toLowerCase()]
    const base = item.servers ? '' : '/apisix/admin'
    return operation ? [{ path: `${base}${path}`, method, operation }] : []
  }),
)

const [{ certificate: cert, key }] = PAIRS as [(typeof PAIRS)[number]]
/** One of each, so that what a path names may be there. */
const SOUND: Readonly<Record<string, object>> = {
  ...SERVICE_BODIES,
  'PUT /apisix/admin/upstreams/{id}': { nodes: { '127.0.0.1:80': 1 } },
  'PUT /apisix/admin/services/{id}': {},
  'PUT /apisix/admin/routes/{id}': { uri: '/a', plugins: {} },
  'PUT /apisix/admin/consumers/{username}': { username: 'one' },
  'PUT /apisix/admin/ssls/{id}': { sni: 'a.test', cert, key },
  'PUT /apisix/admin/global_rules/{id}': { plugins: {} },
  'PUT /apisix/admin/plugin_configs/{id}': { plugins: {} },
  'PUT /apisix/admin/consumer_groups/{id}': { plugins: {} },
  'PUT /apisix/admin/protos/{id}': { content: 'x' },
}

const HOSTILE = fc.constantFrom(
  ...['..', '../..', '%2e%2e%2f', '%', '%00', '%zz', '%ff', '__proto__', 'constructor', "' OR 1=1 --", 'a/b', ''],
  ...['\u2028', '😀', '*', '{id}', 'a'.repeat(300), '-1', 'null', '0', '$(id)', '<script>', 'a?b', 'a#b', ';'],
)
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: HOSTILE.map((text) => (text.startsWith('%') ? text : encodeURIComponent(text))) },
)
const queryValue = fc.oneof(fc.integer({ min: -2, max: 600 }).map(String), HOSTILE, fc.string({ maxLength: 12 }))
const headers = fc.record(
  {
    'x-antipode-write': fc.oneof(fc.uuid(), HOSTILE),
    'x-api-key': fc.constantFrom('a7ee-0123456789abcdef01234567-x', 'wrong', ''),
    cookie: fc.constantFrom('antipode_session=a:b:c', 'antipode_oidc=away.AAAA', 'x', 'antipode_session=%'),
    traceparent: fc.constantFrom('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x'),
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/xml', 'nonsense'),
  },
  { requiredKeys: [] },
)
/** What no client library would send. */
const RAW = [
  ...['{', '[]', 'null', '"x"', '1e999', '{"a":1,"a":2}', '{"__proto__":{"x":1}}', '{"a":"\\ud800"}', '\0'],
  ...['['.repeat(1_500), `{"a":${'['.repeat(900)}${']'.repeat(900)}}`],
].map((text) => Buffer.from(text))
const raw = fc.constantFrom(...RAW, Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]))

const PATCHES = fc.array(
  fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
    path: fc.constantFrom('/name', '/roles/0', '/roles/-', '/labels/a', '', '/__proto__/x', '/~2', 'x'),
    from: fc.constantFrom('/name', '/roles', '/none'),
    value: fc.oneof(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 })),
  }),
  { maxLength: 3 },
)

function resolved(schema: object): object {
  const { $ref } = schema as { $ref?: string }
  return $ref === undefined ? schema : document.components.schemas[$ref.split('/').at(-1)!]!
}

/** Sound with a property or two replaced, near the schema, or no JSON at all. */
function bodyFor(name: string, { requestBody }: Operation): fc.Arbitrary<Buffer | undefined> {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const asText = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null')
  if (!content) return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: raw })
  const near = type === 'application/json-patch+json' ? PATCHES : nearSchema(resolved(content.schema))
  const sound = near.map((value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...SOUND[name], ...value } : value,
  )
  return fc.oneof(
    { weight: 6, arbitrary: sound.map(asText) },
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}

const checks = new Map<object, SchemaCheck>()

/** As lenient as what calls are checked with, which takes an empty list for an empty object. */
function checkOf(schema: object): SchemaCheck {
  let check = checks.get(schema)
  if (!check) {
    const isFormat = (key: string, value: unknown) => key === 'format' && typeof value === 'string'
    const text = JSON.stringify(schema, (key, value) => (isFormat(key, value) ? undefined : value))
    check = compileSchema(JSON.parse(text))
    checks.set(schema, check)
  }
  return check
}

describe('every endpoint of the OpenAPI document', () => {
  let service: ServiceApp
  before(async () => {
    service = await ServiceApp.start()
    await service.fill()
    for (const [name, payload] of Object.entries(SOUND)) {
      const [method, path = ''] = name.split(' ')
      if (!path.startsWith('/apisix/admin')) continue
      const { statusCode, body } = await service.app.inject({
        method: method as 'PUT',
        url: service.pathOf(path),
        payload,
      })
      assert.ok(statusCode < 300, `${name}: ${body}`)
    }
  })
  after(() => service?.close())

  it('answers whatever it is asked, without a failure of its own and without half a write', async (test) => {
    test.diagnostic(`ANTIPODE_FUZZ_SEED=${SEED}, ${OPERATIONS.length} operations, ${RUNS} calls of each`)
    for (const [index, { path, method, operation }] of OPERATIONS.entries()) {
      const name = `${method} ${path}`
      const steps = [...path.matchAll(/\{(\w+)\}/g)]
      const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
      const call = fc.record({
        segments: fc.tuple(...steps.map(() => segment)),
        query: fc.record(Object.fromEntries(query.map((parameter) => [parameter.name, queryValue])), {
          requiredKeys: [],
        }),
        headers,
        body: bodyFor(name, operation),
      })
      for (const { segments, ...made } of fc.sample(call, { numRuns: RUNS, seed: SEED + index })) {
        let at = 0
        const written = path.replace(/\{\w+\}/g, (parameter) => segments[at++] ?? parameter)
        const search = new URLSearchParams(made.query as Record<string, string>).toString()
        const url = `${service.pathOf(written)}${search ? `?${search}` : ''}`
        const before = service.writes
        const answer = await service.app.inject({
          ...{ method, url, headers: made.headers as Record<string, string> },
          ...(made.body && { payload: made.body }),
        } as InjectOptions)
        const { statusCode: status, body } = answer
        const what = `${method} ${url} ${made.body ?? ''} answers ${status} ${body}`
        assert.ok(status !== 500 && status < 600, what)
        if (body !== '' && String(answer.headers['content-type']).includes('json'))
          assert.doesNotThrow(() => answer.json())
        if (status >= 300) assert.equal(service.writes, before, `${what}, and wrote`)
        const schema = operation.responses[status]?.content?.['application/json']?.schema
        // A write whose id was used before gets the answer of that one; a hostile step may lead to another endpoint.
        const isOther = 'x-antipode-write' in made.headers || segments.some((step) => step !== null)
        if (status >= 300 || !schema || isOther || path.startsWith('/apisix')) continue
        const wrong = checkOf(schema)(answer.json())
        assert.equal(wrong, undefined, `${what}: ${wrong}`)
      }
    }
    const alive = await service.app.inject({ method: 'GET', url: '/antipode/region' })
    assert.equal(alive.statusCode, 200)
  })
})
