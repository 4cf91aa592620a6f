import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { createAdminApi } from '../../runtime/control-plane/admin-api/index.ts'
import { addApi7eeSurface } from '../../runtime/control-plane/api7ee/index.ts'
import { FLEET_LIMITS } from '../../runtime/control-plane/fleet/fleet-limits.ts'
import { InstanceLog } from '../../runtime/control-plane/fleet/instance-log.ts'
import { addGroupSurface } from '../../runtime/control-plane/groups/index.ts'
import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'
import { MemoryStore } from '../contract/configuration-store/memory-store.ts'
import { ANTIPODE } from '../toolkit/cli-process.ts'

const page = readFileSync(new URL('../../docs/gateway-groups.md', import.meta.url), 'utf8')
const snippets = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, snippet = '']) => snippet)
const skip = spawnSync('curl', ['--version']).error ? 'this machine has no curl' : false

describe('docs/gateway-groups.md', () => {
  it('shows commands that work', { skip }, async (test) => {
    const store = new MemoryStore()
    const app = createAdminApi({ store, config: { keyRequired: false, keys: [], allow: [] } })
    addApi7eeSurface(app)
    addGroupSurface(app, { instances: new InstanceLog() })
    await app.listen({ host: '127.0.0.1', port: 0 })
    test.after(() => app.close())
    const { port } = app.server.address() as AddressInfo
    const env = {
      ...{ ...process.env, NODE: process.execPath, ANTIPODE, NO_COLOR: '1' },
      ANTIPODE_SERVER: `http://127.0.0.1:${port}`,
    }

    const said: string[] = []
    for (const snippet of snippets) {
      // `npx` finds the package's own command in a checkout; a test is no checkout of its own.
      const script = `npx() { shift; "$NODE" "$ANTIPODE" "$@"; }\n${snippet.replaceAll(':9180/', `:${port}/`)}`
      const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env })
      assert.doesNotMatch(stdout, /"error_msg"/, `${snippet}\n${stdout}`)
      said.push(stdout)
    }
    assert.match(said.join('\n'), /\+ routes\/list\n.*nothing was changed; --yes carries it out/s)
    assert.equal(store.read().get('routes@uat', 'list')?.value.service_id, 'cart')
  })

  it('tells the truth of settings', () => {
    const [settings = ''] = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text)
    const rest = { deployment: { role: 'control_plane', certs: { cert: 'a', cert_key: 'b', trusted_ca_cert: 'c' } } }
    const admin = { ...rest.deployment, admin: { admin_key_required: false } }
    const antipode = { database: 'postgres://database', authority: { cert: 'a', key: 'b' } }
    const read = (more: object) => {
      const text = JSON.stringify({ deployment: admin, antipode: { ...antipode, ...more } })
      return loadRuntimeConfig(text, 'config.yaml', {}).config.controlPlane
    }
    assert.deepEqual(read({}).fleet, FLEET_LIMITS)
    assert.deepEqual(read((parse(settings) as { antipode: object }).antipode).fleet, FLEET_LIMITS)
    const gateway_groups = { default: {}, partners: { labels: { env: 'prod' } } }
    const declared = { default: { labels: {} }, partners: { labels: { env: 'prod' } } }
    assert.deepEqual(read({ gateway_groups }).gatewayGroups, declared)
    assert.throws(() => read({ gateway_groups: { 'a/b': {} } }), /gateway_groups/)
    assert.throws(() => read({ fleet: { lost_after: '3h' } }), /lost_after below offline_after/)
  })
})
