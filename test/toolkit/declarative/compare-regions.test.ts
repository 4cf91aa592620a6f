import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { compareRegions } from '../../../toolkit/declarative/compare-regions.ts'
import { ADMIN_KEY, startAdminApi } from '../../contract/declarative-backend/control-plane.ts'

type Api = Awaited<ReturnType<typeof startAdminApi>>
let east: Api
let west: Api
before(async () => {
  east = await startAdminApi()
  west = await startAdminApi()
})
after(async () => {
  await east.close()
  await west.close()
})

async function put({ server }: Api, path: string, body: object): Promise<void> {
  const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' }
  const response = await fetch(`${server}/apisix/admin/${path}`, { method: 'PUT', headers, body: JSON.stringify(body) })
  assert.ok(response.ok, await response.text())
}

const upstream = { type: 'roundrobin', nodes: { '10.0.0.1:80': 1 } }
const asked = () => compareRegions(`east=${east.server},west=${west.server}`, ADMIN_KEY)

test('control planes that hold the same do not differ, whenever each was written', async () => {
  for (const api of [east, west]) await put(api, 'services/orders', { name: 'orders', upstream })
  assert.deepEqual(await asked(), { asked: ['east', 'west'], differences: [], failed: [] })
})

test('what differs, is missing or is there alone is named, without its values', async () => {
  await put(west, 'services/orders', { name: 'orders', upstream: { ...upstream, nodes: { '10.0.0.2:80': 1 } } })
  await put(east, 'services/only-east', { name: 'only-east', upstream })
  await put(west, 'services/only-west', { name: 'only-west', upstream })
  const { differences } = await asked()
  assert.deepEqual(
    differences.map(({ region, against, what }) => [region, against, what.replace(/differs in .*/, 'differs')]),
    [
      ['west', 'east', 'service "only-east" is missing'],
      ['west', 'east', 'service "only-west" is there alone'],
      ['west', 'east', 'service "orders" differs'],
    ],
  )
  assert.ok(!JSON.stringify(differences).includes('10.0.0.2'))
})

test('a control plane that cannot be asked is told', async () => {
  await west.close()
  const { asked: answered, failed } = await asked()
  assert.deepEqual(answered, ['east'])
  assert.deepEqual(
    failed.map(({ region }) => region),
    ['west'],
  )
})
