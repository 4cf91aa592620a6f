import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { createAuthority } from '../../runtime/control-plane/pki/authority.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

test('everything a running gateway holds becomes a configuration, and nothing changes', { skip }, async () => {
  const controlPlane = await startControlPlane()
  const commandLine = new CommandLine()
  const terraform = await TerraformWorkspace.over(antipodeProvider)
  const { certificate, key } = await createAuthority('test')
  try {
    for (const [path, body] of [
      ['/upstreams/u', { nodes: { '127.0.0.1:80': 1, 'b:81': 2 }, name: 'two words', type: 'roundrobin' }],
      ['/services/s', { name: 'two words', upstream_id: 'u' }],
      // As ADC writes them.
      [
        '/routes/1',
        {
          name: 'r',
          uri: '/a',
          service_id: 's',
          status: 1,
          labels: { 'managed-by': 'adc' },
          plugins: { 'key-auth': {} },
        },
      ],
      [
        '/routes/2',
        {
          name: 'r',
          uris: ['/b'],
          vars: [['arg_x', '==', 'y']],
          plugins: { 'fault-injection': { delay: { duration: 0.5 } } },
        },
      ],
      ['/consumers/jack', { username: 'jack' }],
      ['/consumers/jack/credentials/c', { plugins: { 'key-auth': { key: 'planted-key' } } }],
      ['/ssls/x', { snis: ['a.example'], cert: certificate, key }],
      ['/global_rules/g', { plugins: { 'proxy-rewrite': { headers: { set: { 'X-A': 'b' } } } } }],
      ['/plugin_metadata/key-auth', { log_format: {} }],
      ['/api/gateway_groups/partners', { name: 'Partners' }],
      [
        '/api/permission_policies/p',
        { name: 'reads', statement: [{ resources: ['<.*>'], actions: ['<.*>Get<.*>'], effect: 'allow' }] },
      ],
      ['/api/roles/r', { name: 'readers', permission_policies: ['p'] }],
      ['/secrets/vault/main', { uri: 'https://vault.example', prefix: 'kv', token: 'planted-token' }],
    ] as const) {
      assert.ok((await controlPlane.call('PUT', path, body)).status < 300, path)
    }
    const before = await contents(controlPlane)
    const file = join(terraform.folder, 'imports.tf')
    const args = [
      'provider',
      'import',
      '--server',
      controlPlane.endpoint,
      '--admin-key',
      controlPlane.token,
      '--out',
      file,
    ]
    const run = await commandLine.run(...args)
    assert.equal(run.code, 0, run.stderr)
    assert.equal((await commandLine.run(...args)).code, 2, 'the file is not overwritten')
    Object.assign(process.env, controlPlane.env)
    terraform.write('terraform {\n required_providers {\n antipode = { source = "antipode/antipode" }\n }\n}\n')
    await terraform.succeed('plan', '-no-color', '-generate-config-out=gateway.tf')
    const { stdout } = await terraform.apply()
    assert.match(stdout, /12 imported, 0 added, 0 changed, 0 destroyed/)
    const written = readFileSync(join(terraform.folder, 'gateway.tf'), 'utf8') + terraform.stateText()
    for (const secret of ['planted-key', 'planted-token', key.split('\n')[1]!]) assert.ok(!written.includes(secret))
    assert.deepEqual(await contents(controlPlane), before)
  } finally {
    await terraform.close()
    await commandLine.close()
    await controlPlane.close()
  }
})

async function contents({ call }: Awaited<ReturnType<typeof startControlPlane>>) {
  const types = ['upstreams', 'services', 'routes', 'consumers', 'ssls', 'global_rules', 'plugin_metadata', 'secrets']
  return Promise.all(types.map(async (type) => (await call('GET', `/${type}`)).body))
}
