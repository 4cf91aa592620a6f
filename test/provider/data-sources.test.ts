import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { createAuthority } from '../../runtime/control-plane/pki/authority.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

const STATEMENT = [{ resources: ['<.*>'], actions: ['<.*>Get<.*>'], effect: 'allow' }]

describe('what is there already', { skip }, () => {
  let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
  let terraform: TerraformWorkspace

  before(async () => {
    controlPlane = await startControlPlane()
    terraform = await TerraformWorkspace.over(antipodeProvider)
    const { certificate, key } = await createAuthority('test')
    for (const [path, body] of [
      ['/services/s', { name: 'orders' }],
      ['/consumers/jack', { username: 'jack', desc: 'a caller' }],
      ['/ssls/c', { snis: ['a.example', 'b.example'], cert: certificate, key }],
      ['/api/gateway_groups/partners', { name: 'Partners', description: 'of partners' }],
      ['/api/permission_policies/p', { name: 'reads', statement: STATEMENT }],
      ['/api/roles/r', { name: 'readers', permission_policies: ['p'] }],
    ] as const) {
      const { status, body: answer } = await controlPlane.call('PUT', path, body)
      assert.ok(status < 300, `${path}: ${JSON.stringify(answer)}`)
    }
  })
  after(async () => {
    await terraform?.close()
    await controlPlane?.close()
  })

  const write = (data: object) =>
    terraform.write(
      JSON.stringify({
        terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
        provider: { antipode: { endpoints: [controlPlane.endpoint], token: controlPlane.token } },
        data,
      }),
      'main.tf.json',
    )

  it('is found by what people call it', async () => {
    write({
      antipode_service: { it: { name: 'orders' } },
      antipode_consumer: { it: { username: 'jack' } },
      antipode_ssl: { it: { sni: 'b.example' } },
      antipode_gateway_group: { it: { name: 'Partners' } },
      antipode_role: { it: { name: 'readers' } },
      antipode_permission_policy: { it: { name: 'reads' } },
    })
    await terraform.apply()
    const idOf = async (type: string) => (await terraform.attributes(`data.${type}.it`)).id
    assert.equal(await idOf('antipode_service'), 's')
    assert.equal(await idOf('antipode_consumer'), 'jack')
    assert.equal(await idOf('antipode_gateway_group'), 'partners')
    assert.equal(await idOf('antipode_permission_policy'), 'p')
    const { id, snis, sni } = await terraform.attributes('data.antipode_ssl.it')
    assert.deepEqual([id, snis, sni], ['c', ['a.example', 'b.example'], 'b.example'])
    const { permission_policies } = await terraform.attributes('data.antipode_role.it')
    assert.deepEqual(permission_policies, ['p'])
  })

  it('is found by its id', async () => {
    write({ antipode_gateway_group: { it: { id: 'partners' } }, antipode_ssl: { it: { id: 'c' } } })
    await terraform.apply()
    assert.equal((await terraform.attributes('data.antipode_gateway_group.it')).description, 'of partners')
  })

  for (const [what, data, said] of [
    ['a name that nothing has', { antipode_role: { it: { name: 'nobody' } } }, /There is no one role of that name/],
    ['neither id nor name', { antipode_role: { it: {} } }, /Which role is meant\?/],
    ['an id that nothing has', { antipode_gateway_group: { it: { id: 'none' } } }, /There is no gateway group "none"/],
  ] as const) {
    it(`is refused by ${what}`, async () => {
      write(data)
      const { code, stderr } = await terraform.run('plan', '-no-color')
      assert.equal(code, 1)
      assert.match(stderr, said)
    })
  }
})
