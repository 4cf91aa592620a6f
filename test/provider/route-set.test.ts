import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let terraform: TerraformWorkspace

before(async () => {
  if (skip) return
  controlPlane = await startControlPlane()
  terraform = await TerraformWorkspace.over(antipodeProvider)
})
after(async () => {
  await terraform?.close()
  await controlPlane?.close()
})

const write = (routes: object) =>
  terraform.write(
    JSON.stringify({
      terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
      provider: { antipode: { endpoints: [controlPlane.endpoint], token: controlPlane.token } },
      resource: {
        antipode_service: { orders: { name: 'orders', plugins: {} } },
        antipode_route_set: { it: { name: 'orders', service_id: '${antipode_service.orders.id}', routes } },
      },
    }),
    'main.tf.json',
  )
const stored = async (): Promise<Record<string, Record<string, unknown>>> => {
  const { list } = (await controlPlane.call('GET', '/routes')).body
  return Object.fromEntries(list.map(({ value }: { value: Record<string, unknown> }) => [value.name, value]))
}
const assertNothingToDo = async () => {
  const { code, stdout, stderr } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
  assert.equal(code, 0, stdout + stderr)
}
const ROUTES = {
  list: { uris: ['/orders'], methods: ['GET'] },
  make: { uris: ['/orders'], methods: ['POST'], plugins: {} },
}

test('a set holds routes of different shapes, and a second plan is empty', { skip }, async () => {
  write(ROUTES)
  await terraform.apply()
  await assertNothingToDo()
  const { list, make } = await stored()
  assert.deepEqual([list!.uris, list!.plugins, make!.plugins], [['/orders'], undefined, {}])
  assert.equal(list!.service_id, make!.service_id)
})

test('only what has changed is written, and what is no longer there is deleted', { skip }, async () => {
  const { list: before } = await stored()
  write({ list: ROUTES.list, find: { uris: ['/orders/*'], name: 'finds one' } })
  await terraform.apply()
  await assertNothingToDo()
  const routes = await stored()
  assert.deepEqual(Object.keys(routes).sort(), ['finds one', 'list'])
  assert.deepEqual(routes.list, before)
})

test('what was changed or deleted outside is put right', { skip }, async () => {
  const routes = await stored()
  const { create_time: _, update_time: __, ...list } = routes.list!
  await controlPlane.call('PUT', `/routes/${list.id}`, { ...list, priority: 3 })
  await controlPlane.call('DELETE', `/routes/${routes['finds one']!.id}`)
  assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 2)
  await terraform.apply()
  await assertNothingToDo()
  assert.equal((await stored()).list!.priority, undefined)
})

test('one bad route among many is named in the plan', { skip }, async () => {
  write({ ...ROUTES, broken: { uris: ['/x'], methods: ['FETCH'] } })
  const { code, stderr } = await terraform.run('plan', '-no-color')
  assert.equal(code, 1)
  assert.match(stderr, /would refuse the route "broken"/)
})

test('the routes of a service are imported as a set', { skip }, async () => {
  write(ROUTES)
  await terraform.apply()
  const { service_id } = await terraform.attributes('antipode_route_set.it')
  await terraform.succeed('state', 'rm', 'antipode_route_set.it')
  await terraform.succeed('import', 'antipode_route_set.it', `orders/${service_id}`)
  await assertNothingToDo()
})

test('a set goes when it is destroyed', { skip }, async () => {
  await terraform.succeed('destroy', '-auto-approve')
  assert.deepEqual(await stored(), {})
})
