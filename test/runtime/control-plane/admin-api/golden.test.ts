import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { createAdminApi } from '../../../../runtime/control-plane/admin-api/index.ts'
import { MemoryStore } from '../../../contract/configuration-store/memory-store.ts'
import { withCertificates } from './certificates.ts'
import { assertMatches, type Exchange, parseGoldenCase } from './golden-case.ts'

const FOLDER = new URL('../../../golden/admin-api/', import.meta.url)
const OPEN = { keyRequired: false, keys: [], allow: [] }

describe('the Admin API answers as the golden cases say', () => {
  for (const file of readdirSync(FOLDER)) {
    it(file.replace(/\.txt$/, '').replaceAll('-', ' '), async (test) => {
      const { config, exchanges } = parseGoldenCase(withCertificates(readFileSync(new URL(file, FOLDER), 'utf8')))
      const app = createAdminApi({ store: new MemoryStore(), config: { ...OPEN, ...config } })
      test.after(() => app.close())
      for (const exchange of exchanges) await play(app, exchange)
    })
  }
})

async function play(app: FastifyInstance, { wait, request, expected }: Exchange): Promise<void> {
  if (wait > 0) await setTimeout(wait)
  const where = `${request.method} ${request.url}`
  const response = await app.inject({
    method: request.method as NonNullable<InjectOptions['method']>,
    url: request.url,
    headers: request.headers,
    ...(request.body !== undefined && { payload: request.body }),
  })
  assert.equal(response.statusCode, expected.status, `${where}: ${response.body}`)
  for (const [name, value] of Object.entries(expected.headers)) {
    assertMatches(response.headers[name], value, `${where}: ${name}`)
  }
  if (expected.body === undefined) {
    if (request.method !== 'HEAD') assert.equal(response.body, '', where)
  } else if (/^[{["]/.test(expected.body)) assertMatches(response.json(), JSON.parse(expected.body), where)
  else assert.equal(response.body, expected.body, where)
}
