import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { createAdminApi } from '../../runtime/control-plane/admin-api/index.ts'
import { MemoryStore } from '../contract/configuration-store/memory-store.ts'

const page = readFileSync(new URL('../../docs/admin-api.md', import.meta.url), 'utf8')
const snippets = [...page.matchAll(/^```sh\n(.*?)^```\n(?:```json\n(.*?)^```\n)?/gms)]
const skip = spawnSync('curl', ['--version']).error ? 'this machine has no curl' : false

describe('docs/admin-api.md', () => {
  it('shows commands that work, and what they really answer', { skip }, async (test) => {
    const keys = [{ name: 'admin', key: 'admin-key', role: 'admin' as const }]
    const app = createAdminApi({ store: new MemoryStore(), config: { keyRequired: true, keys, allow: [] } })
    await app.listen({ host: '127.0.0.1', port: 0 })
    test.after(() => app.close())
    const { port } = app.server.address() as AddressInfo

    assert.ok(snippets.length >= 5)
    for (const [, command = '', expected] of snippets) {
      const { stdout } = await promisify(execFile)('sh', ['-ec', command.replaceAll(':9180/', `:${port}/`)])
      if (expected === undefined) assert.doesNotMatch(stdout, /"error_msg"/, command)
      else assert.deepEqual(withoutTimes(stdout), withoutTimes(expected), command)
    }
  })
})

function withoutTimes(json: string): unknown {
  return JSON.parse(json, (key, value) => (key === 'create_time' || key === 'update_time' ? 'a time' : value))
}
