import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'
import { TwoRegions } from '../runtime/control-plane/two-regions.ts'

const page = readFileSync(new URL('../../docs/identity.md', import.meta.url), 'utf8')
const settings = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text)
const snippets = [...page.matchAll(/^```sh\n(.*?)^```\n(?:```json\n(.*?)^```\n)?/gms)]
const skip = spawnSync('curl', ['--version']).error ? 'this machine has no curl' : false

describe('docs/identity.md', () => {
  it('shows settings that are known', () => {
    const files = settings.map((text) => parse(text) as { antipode: { identity: object } })
    const identity = Object.assign({}, ...files.map(({ antipode }) => antipode.identity))
    const rest = { deployment: { role: 'control_plane', certs: { cert: 'a', cert_key: 'b', trusted_ca_cert: 'c' } } }
    const more = { database: 'postgres://database', authority: { cert: 'a', key: 'b' } }
    const antipode = { ...more, identity }
    const text = JSON.stringify({ ...rest, antipode })
    const { config } = loadRuntimeConfig(text, 'config.yaml', { ANTIPODE_BOOTSTRAP: 'a-secret-that-is-used-once' })
    const { oidc, ...others } = config.controlPlane.identity
    assert.deepEqual(others, {
      ...{ bootstrap: 'a-secret-that-is-used-once', sessionTtl: 3600, auditRetention: 400 * 86_400 },
    })
    const [provider] = oidc
    assert.deepEqual(provider?.clientSecret, { file: '/run/secrets/oidc' })
    assert.deepEqual(provider?.roles?.map, { 'platform-team': ['super_admin'], 'shop-team': ['shop'] })
  })

  it('shows commands that work, and what they really answer', { skip }, async (test) => {
    const regions = await TwoRegions.start({ identity: { bootstrap: 'a-secret-that-is-used-once' } })
    test.after(() => regions.close())
    const cwd = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
    test.after(() => rmSync(cwd, { recursive: true, force: true }))
    assert.equal(snippets.length, 5)
    for (const [, command = '', expected] of snippets) {
      const here = command.replaceAll(':9180/', `:${regions.ports.east.admin}/`)
      const { stdout } = await promisify(execFile)('sh', ['-ec', here], { cwd })
      if (expected === undefined) assert.doesNotMatch(stdout, /"error_msg"/, `${command}\n${stdout}`)
      else assert.ok(stdout.endsWith(JSON.stringify(JSON.parse(expected))), stdout)
    }
    const exported = readFileSync(path.join(cwd, 'audit.ndjson'), 'utf8').trimEnd().split('\n')
    assert.deepEqual(
      exported.map((line) => (JSON.parse(line) as { path: string }).path),
      [
        ...['/api/setup', '/api/permission_policies/shop', '/api/roles/shop', '/api/users/ann', '/api/tokens'],
        '/apisix/admin/services/cart',
      ],
    )
  })
})
