import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { ENDPOINTS, METHODS } from '../../runtime/control-plane/admin-api/endpoints.ts'
import { openApiDocument } from '../../runtime/control-plane/admin-api/openapi.ts'
import { SERVICE_ENDPOINTS } from '../../runtime/control-plane/admin-api/service-endpoints.ts'
import { observeEndpoints } from '../runtime/control-plane/admin-api/observed-endpoints.ts'
import { SERVICE_BODIES, ServiceApp } from '../runtime/control-plane/admin-api/service-app.ts'

const PAGE = new URL('../../docs/admin-api.md', import.meta.url)
const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url)
const TABLE =
  /(?<=<!-- endpoints: made by test\/docs\/admin-api-endpoints.test.ts -->\n).*?(?=<!-- end of endpoints -->)/s

const SERVICES =
  /(?<=<!-- services: made by test\/docs\/admin-api-endpoints.test.ts -->\n).*?(?=<!-- end of services -->)/s

const observed = await observeEndpoints()

test('each endpoint does what its line in the list of endpoints says', () => {
  for (const { path, operations } of ENDPOINTS) {
    for (const method of METHODS) {
      const status = observed.get(path)![method]
      const offered = status < 300
      // What is offered beside, such as a second name of another endpoint, needs a line of its own.
      assert.equal(offered, operations[method] !== undefined, `${method} ${path} answers ${status}`)
    }
  }
})

test('docs/admin-api.md shows what each endpoint answers to each method', () => {
  const page = readFileSync(PAGE, 'utf8')
  const rows = ENDPOINTS.map(({ path }) => {
    const statuses = METHODS.map((method) => observed.get(path)![method])
    return `| \`${path}\` | ${statuses.map((status) => (status < 300 ? 'yes' : status)).join(' | ')} |`
  })
  const table = [`| path | ${METHODS.join(' | ')} |`, `|---|${'---|'.repeat(METHODS.length)}`, ...rows, ''].join('\n')
  const fresh = page.replace(TABLE, `\n${table}\n`)
  if (process.env.UPDATE_GOLDEN) writeFileSync(PAGE, fresh)
  else assert.equal(page, fresh, 'the table is stale; run this test with UPDATE_GOLDEN=1')
})

test('each endpoint beside APISIX’s is there as its line says, and answers as its line says', async (t) => {
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const service = await ServiceApp.start()
  t.after(() => service.close())
  await service.fill()
  for (const { path, operations } of SERVICE_ENDPOINTS) {
    for (const method of METHODS) {
      const operation = operations[method]
      const payload = SERVICE_BODIES[`${method} ${path}`] ?? (method === 'PATCH' ? [] : undefined)
      const answer = await service.app.inject({ method, url: service.pathOf(path), ...(payload && { payload }) })
      const what = `${method} ${path} answers ${answer.statusCode} ${answer.body}`
      assert.equal(![404, 405].includes(answer.statusCode), operation !== undefined, what)
      if (!operation || answer.statusCode >= 300) continue
      const described = operation.answers[answer.statusCode]
      assert.ok(described, what)
      if (described.schema) assert.ok(ajv.validate(described.schema, answer.json()), `${what}: ${ajv.errorsText()}`)
    }
  }
})

test('docs/admin-api.md tells what each endpoint beside APISIX’s is for', () => {
  const page = readFileSync(PAGE, 'utf8')
  const rows = SERVICE_ENDPOINTS.flatMap(({ path, operations }) =>
    Object.entries(operations).map(([method, { summary }]) => `| \`${method} ${path}\` | ${summary} |`),
  )
  const fresh = page.replace(SERVICES, `\n${['| endpoint | |', '|---|---|', ...rows, ''].join('\n')}\n`)
  if (process.env.UPDATE_GOLDEN) writeFileSync(PAGE, fresh)
  else assert.equal(page, fresh, 'the table is stale; run this test with UPDATE_GOLDEN=1')
})

test('docs/openapi.json is the document that is served', () => {
  const fresh = `${JSON.stringify(openApiDocument(), null, 2)}\n`
  if (process.env.UPDATE_GOLDEN) writeFileSync(DOCUMENT, fresh)
  else assert.equal(readFileSync(DOCUMENT, 'utf8'), fresh, 'it is stale; run this test with UPDATE_GOLDEN=1')
})

test('the OpenAPI document names each operation once, and refers to nothing that is not in it', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument())) as {
    paths: Record<string, Record<string, { operationId?: string }>>
  }
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item).flatMap(({ operationId }) => operationId ?? []),
  )
  assert.deepEqual(ids.toSorted(), [...new Set(ids)].toSorted())
  for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = pointer!.split('/').reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document)
    assert.ok(found, pointer)
  }
})
