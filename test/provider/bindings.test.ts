import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { App, LocalBackend, TerraformStack } from 'cdktf'
import { AntipodeProvider, Consumer, Route, RouteSet, Service, StreamRoute } from '../../constructs/gateway/index.ts'
import { formattedBindings } from '../../provider/bindings/formatted-bindings.ts'
import { antipodeProvider } from '../../provider/provider.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

const FOLDER = fileURLToPath(new URL('../../constructs/gateway', import.meta.url))
/** Written by hand. */
const OWN = ['antipode-provider.ts', 'gateway-resource.ts']

/** What CDKTF makes of a stack. */
function synthesised(build: (stack: TerraformStack) => void): string {
  const outdir = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  try {
    const app = new App({ outdir })
    const stack = new TerraformStack(app, 'gateway')
    new LocalBackend(stack, { path: 'terraform.tfstate' })
    build(stack)
    app.synth()
    return readFileSync(join(outdir, 'stacks', 'gateway', 'cdk.tf.json'), 'utf8')
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

test('the constructs are those of the schemas', () => {
  const files = formattedBindings()
  for (const { name, text } of files) {
    assert.equal(readFileSync(join(FOLDER, name), 'utf8'), text, `${name} is stale; run node provider/bindings/main.ts`)
  }
  assert.deepEqual(readdirSync(FOLDER).sort(), [...files.map(({ name }) => name), ...OWN].sort())
})

test('one program fills the regions of an active-active topology alike', { skip }, async () => {
  const regions = await Promise.all(['us', 'eu'].map(async (name) => ({ name, ...(await startControlPlane()) })))
  const terraform = await TerraformWorkspace.over(antipodeProvider)
  try {
    terraform.write(
      synthesised((stack) => {
        for (const { name, endpoint, token } of regions) {
          const provider = new AntipodeProvider(stack, name, { alias: name, endpoints: [endpoint], token })
          const orders = new Service(stack, `${name}-orders`, {
            provider,
            name: 'orders',
            upstream: {
              nodes: [{ host: '127.0.0.1', port: 8081, weight: 1 }],
              keepalivePool: { idleTimeout: 30 },
              checks: { active: { httpPath: '/health' } },
            },
          })
          new Route(stack, `${name}-list`, {
            ...{ provider, name: 'list', serviceId: orders.id, uris: ['/orders/*'], enableWebsocket: true },
            plugins: { 'proxy-rewrite': { headers: { set: { 'X-someName': 'a' } } } },
          })
          new RouteSet(stack, `${name}-others`, {
            provider,
            name: 'others',
            routes: { a_B: { uris: ['/a'], service_id: orders.id } },
          })
          new Consumer(stack, `${name}-shop`, {
            ...{ provider, username: 'shop', labels: { kind_of: 'shop' } },
            credentials: [{ name: 'main', type: 'key-auth', configWo: { key: 'planted' }, configWoVersion: 1 }],
          })
          new StreamRoute(stack, `${name}-mail`, { provider, name: 'mail', serverPort: 25, dependsOn: [orders] })
        }
      }),
      'cdk.tf.json',
    )
    await terraform.succeed('init', '-no-color')
    await terraform.apply()
    assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
    const [us, eu] = await Promise.all(
      regions.map(async ({ call }) => {
        const { list } = (await call('GET', '/routes')).body
        return list.map(
          ({ value: { create_time: _, update_time: __, ...value } }: { value: Record<string, unknown> }) => value,
        )
      }),
    )
    // Names that are not the provider's own stay as they are written.
    assert.deepEqual(us.map(({ name }: { name: string }) => name).sort(), ['a_B', 'list'])
    const [{ plugins }] = us.filter(({ name }: { name: string }) => name === 'list')
    assert.deepEqual(plugins, { 'proxy-rewrite': { headers: { set: { 'X-someName': 'a' } } } })
    assert.deepEqual(us, eu)
    await terraform.succeed('destroy', '-auto-approve')
  } finally {
    await terraform.close()
    for (const { close } of regions) await close()
  }
})
