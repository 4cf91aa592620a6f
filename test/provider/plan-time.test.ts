import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let terraform: TerraformWorkspace

before(async () => {
  if (skip) return
  controlPlane = await startControlPlane()
})
after(() => controlPlane?.close())
beforeEach(async (context) => {
  if (skip) return
  const workspace = await TerraformWorkspace.over(antipodeProvider)
  terraform = workspace
  ;(context as unknown as { after(hook: () => Promise<void>): void }).after(() => workspace.close())
})

const UPSTREAM = { nodes: [{ host: '127.0.0.1', port: 8081, weight: 1 }] }
const write = (resource: object, more: object = {}) =>
  terraform.write(
    JSON.stringify({
      terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
      provider: { antipode: { endpoints: [controlPlane.endpoint], token: controlPlane.token } },
      resource,
      ...more,
    }),
    'main.tf.json',
  )
/** What a plan says that fails. */
const complaint = async (): Promise<string> => {
  const { code, stdout, stderr } = await terraform.run('plan', '-no-color')
  assert.equal(code, 1, stdout)
  return stderr.replaceAll(/\s+/g, ' ')
}

test('a wrong field of a plugin fails in the plan, at plugins', { skip }, async () => {
  write({
    antipode_route: {
      it: { name: 'a', uris: ['/a'], plugins: { 'fault-injection': { abort: { http_status: 'x' } } } },
    },
  })
  const said = await complaint()
  assert.match(said, /fault-injection err: property "abort" validation failed/)
  assert.match(said, /plugins/)
})

test('an upstream that is nowhere fails in the plan, at upstream_id', { skip }, async () => {
  write({ antipode_route: { it: { name: 'a', uris: ['/a'], upstream_id: 'nowhere' } } })
  assert.match(await complaint(), /There is no such upstream .*"upstream_id"|upstream_id/)
})

test('an upstream of the same plan is there, whether its id is known or not', { skip }, async () => {
  write({
    terraform_data: { host: { input: 'h' } },
    antipode_upstream: {
      known: { name: 'known', ...UPSTREAM },
      unknown: { name: '${terraform_data.host.output}-${terraform_data.host.id}', ...UPSTREAM },
    },
    antipode_route: {
      one: { name: 'one', uris: ['/1'], upstream_id: '${antipode_upstream.known.id}' },
      two: { name: 'two', uris: ['/2'], upstream_id: '${antipode_upstream.unknown.id}' },
    },
  })
  await terraform.apply()
  assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
  await terraform.succeed('destroy', '-auto-approve')
})

test('plugins that are not known yet leave the others to be judged', { skip }, async () => {
  write({
    terraform_data: { uri: { input: '/x' } },
    antipode_route: {
      it: {
        ...{ name: 'a', uris: ['/a'] },
        plugins: { 'proxy-rewrite': { uri: '${terraform_data.uri.id}' }, 'fault-injection': { abort: {} } },
      },
    },
  })
  assert.match(await complaint(), /fault-injection err/)
})

test('what is there already is not taken over', { skip }, async () => {
  await controlPlane.call('PUT', '/upstreams/taken', { nodes: { 'a:1': 1 } })
  write({ antipode_upstream: { it: { id: 'taken', ...UPSTREAM } } })
  assert.match(await complaint(), /The upstream taken exists already .*[Ii]mport/)
  await controlPlane.call('DELETE', '/upstreams/taken')
})

test('one id twice is found in the plan', { skip }, async () => {
  write({ antipode_upstream: { one: { name: 'same', ...UPSTREAM }, two: { name: 'same', ...UPSTREAM } } })
  assert.match(await complaint(), /is planned twice/)
})

test('a resource that is replaced does not stand in its own way', { skip }, async () => {
  write({ antipode_upstream: { it: { name: 'again', ...UPSTREAM } } })
  await terraform.apply()
  await terraform.apply('-replace=antipode_upstream.it')
  await terraform.succeed('destroy', '-auto-approve')
})

test('neither id nor name is found without asking anybody', { skip }, async () => {
  for (const resource of [
    { antipode_upstream: { it: UPSTREAM } },
    { antipode_route: { it: { uris: ['/a'], plugins: {} } } },
    { antipode_global_rule: { it: { plugins: {} } } },
  ]) {
    write(resource)
    const { code, stderr } = await terraform.run('validate', '-no-color')
    assert.equal(code, 1)
    assert.match(stderr, /An id is missing/)
  }
})

test('a secret that is written out in plugins is warned of, and a reference is not', { skip }, async () => {
  const keyAuth = (key: string) => ({ antipode_consumer: { it: { username: 'a', plugins: { 'key-auth': { key } } } } })
  write(keyAuth('literal'))
  const { stdout, stderr } = await terraform.run('plan', '-no-color')
  assert.match(`${stdout}${stderr}`, /Warning: key-auth\.key is a secret that is written out/)
  for (const reference of ['$env://KEY', '$secret://vault/main/a/key']) {
    write(keyAuth(reference))
    assert.ok(!(await terraform.succeed('plan', '-no-color')).stdout.includes('Warning'))
  }
})

test('a provider that is not configured yet plans without asking', { skip }, async () => {
  terraform.write(
    JSON.stringify({
      terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
      provider: { antipode: { endpoints: ['${terraform_data.address.output}'], token: controlPlane.token } },
      resource: {
        terraform_data: { address: { input: controlPlane.endpoint } },
        antipode_upstream: { it: { name: 'later', ...UPSTREAM } },
      },
    }),
    'main.tf.json',
  )
  await terraform.apply()
  assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
  await terraform.succeed('destroy', '-auto-approve')
})

test('numbers of any size and shape survive a plan and an apply', { skip }, async () => {
  write({
    antipode_plugin_metadata: {
      it: { plugin: 'key-auth', metadata: { log_format: { a: 0.1, b: 1e-7, c: 9007199254740991, d: -3.5, e: 1e21 } } },
    },
  })
  await terraform.apply()
  assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
  await terraform.succeed('destroy', '-auto-approve')
})

test('a route is found by data, by name and by id', { skip }, async () => {
  write(
    { antipode_upstream: { it: { name: 'found', ...UPSTREAM } } },
    {
      data: {
        antipode_upstream: {
          by_name: { name: 'found', depends_on: ['antipode_upstream.it'] },
          by_id: { id: '${antipode_upstream.it.id}' },
        },
      },
      output: {
        same: {
          value: '${data.antipode_upstream.by_name.nodes[0].port == data.antipode_upstream.by_id.nodes[0].port}',
        },
      },
    },
  )
  const { stdout } = await terraform.apply()
  assert.match(stdout, /same = true/)
  await terraform.succeed('destroy', '-auto-approve')
})

test('functions match requests and read ADC files', { skip }, async () => {
  const yaml =
    'services: [{name: a, upstream: {nodes: [{host: x, port: 1, weight: 1}]}, routes: [{name: b, uris: [/a]}]}]'
  terraform.write(`
    terraform {
      required_providers {
        antipode = { source = "antipode/antipode" }
      }
    }
    output "match" {
      value = [for path in ["/a/b", "/b"] : provider::antipode::match({ uris = ["/a/*"] }, { path = path, method = "PUT" })]
    }
    output "adc" {
      value = values(provider::antipode::adc("${yaml}").routes)[0].uris
    }
  `)
  await terraform.apply()
  const outputs = JSON.parse((await terraform.succeed('output', '-json')).stdout)
  assert.deepEqual([outputs.match.value, outputs.adc.value], [[true, false], ['/a']])
})

/** Nothing of the provider's. */
const NOTHING = { terraform_data: { other: {} } }

test('a delete that will be refused is a warning in the plan, and names what it is used by', { skip }, async () => {
  write({ ...NOTHING, antipode_upstream: { used: { id: 'used', ...UPSTREAM } } })
  await terraform.apply()
  await controlPlane.call('PUT', '/routes/somebody-else', { uri: '/x', upstream_id: 'used' })
  write(NOTHING)
  const { code, stdout } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
  assert.equal(code, 2, stdout)
  assert.match(stdout, /Warning: The upstream used is still used/)
  assert.match(stdout.replaceAll(/\s+/g, ' '), /used by routes\/somebody-else, which this plan does not take away/)
  const { stderr } = await terraform.run('apply', '-auto-approve', '-no-color')
  assert.match(stderr, /route \[somebody-else\] is still using it now/)
  await controlPlane.call('DELETE', '/routes/somebody-else')
  assert.match((await terraform.apply()).stdout, /1 destroyed/)
})

test('what is used no longer goes last where it says so, and else is a warning in the plan', { skip }, async () => {
  const routesTo = (id: string) =>
    Object.fromEntries(
      ['r', 's', 't'].map((name) => [
        name,
        { name, uris: [`/${name}`], upstream_id: `\${antipode_upstream.${id}.id}` },
      ]),
    )
  const made = (lifecycle: object) => ({
    a: { id: 'own-a', ...UPSTREAM, ...lifecycle },
    b: { id: 'own-b', ...UPSTREAM },
  })
  write({ antipode_upstream: made({}), antipode_route: routesTo('a') })
  await terraform.apply()
  write({ antipode_upstream: { b: made({}).b }, antipode_route: routesTo('b') })
  const { stdout } = await terraform.succeed('plan', '-no-color')
  assert.match(stdout.replaceAll(/\s+/g, ' '), /which this plan changes, but Terraform deletes first/)

  const gentle = { lifecycle: { create_before_destroy: true } }
  write({ antipode_upstream: made(gentle), antipode_route: routesTo('a') })
  await terraform.apply()
  write({ antipode_upstream: { b: made({}).b }, antipode_route: routesTo('b') })
  assert.match((await terraform.apply()).stdout, /0 added, 3 changed, 1 destroyed/)

  // What goes together with all that uses it.
  assert.doesNotMatch((await terraform.succeed('plan', '-destroy', '-no-color')).stdout, /Warning/)
  write(NOTHING)
  assert.match((await terraform.apply()).stdout, /4 destroyed/)
})

const STATEMENT = [{ resources: ['<.*>'], actions: ['<.*>Get<.*>'], effect: 'allow' }]

test('a policy, a role and a group are judged in the plan too', { skip }, async () => {
  await controlPlane.call('PUT', '/api/gateway_groups/taken', { name: 'taken' })
  write({
    antipode_permission_policy: { it: { name: 'p', statement: [{ ...STATEMENT[0], effect: 'maybe' }] } },
  })
  assert.match(await complaint(), /statement\[0\]\.effect is "maybe"; write "allow" or "deny"/)
  write({
    antipode_gateway_group: { it: { name: 'Taken' } },
    antipode_role: { it: { name: 'r', permission_policies: ['none'] } },
  })
  const said = await complaint()
  assert.match(said, /The gateway group taken exists already/)
  assert.match(said, /The permission policy "none" does not exist/)
})

test('a role that users have is a warning where it is to be deleted', { skip }, async () => {
  write({
    antipode_permission_policy: { it: { id: 'reads', name: 'reads', statement: STATEMENT } },
    antipode_role: {
      it: { id: 'readers', name: 'readers', permission_policies: ['${antipode_permission_policy.it.id}'] },
    },
  })
  await terraform.apply()
  const { status } = await controlPlane.call('PUT', '/api/users/ann', {
    ...{ username: 'ann', password: 'correct horse battery', roles: ['readers'] },
  })
  assert.ok(status < 300)
  const { stdout } = await terraform.succeed('plan', '-destroy', '-no-color')
  assert.match(stdout.replaceAll(/\s+/g, ' '), /The role readers is still used.*Users have it: ann\./)
  await controlPlane.call('DELETE', '/api/users/ann')
  await terraform.succeed('destroy', '-auto-approve')
})
