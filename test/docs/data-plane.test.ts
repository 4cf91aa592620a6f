import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { runDataPlane } from '../../runtime/data-plane/main.ts'
import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'
import { TestAuthority, TestControlPlane } from '../runtime/data-plane/support/test-control-plane.ts'
import { temporaryFolder, until } from '../runtime/data-plane/support/test-data-plane.ts'

const page = readFileSync(new URL('../../docs/data-plane.md', import.meta.url), 'utf8')
const config = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? ''
const commands = [...page.matchAll(/^```sh\n(.*?)^```\n```json\n(.*?)^```/gms)]
const skip = spawnSync('curl', ['--version']).error ? 'this machine has no curl' : false

describe('docs/data-plane.md', () => {
  it('shows a configuration that runs, and what it really answers', { skip }, async (t) => {
    const authority = await TestAuthority.create()
    t.after(() => authority.remove())
    const controlPlane = await TestControlPlane.start(authority)
    t.after(() => controlPlane.stop())
    controlPlane.publish({}, { epoch: 1, revision: 1 })
    const bundle = await authority.bundle()
    await copyFile(bundle.cert, join(authority.folder, 'tls.crt'))
    await copyFile(bundle.key, join(authority.folder, 'tls.key'))
    const CACHE = await temporaryFolder()

    const text = config.replace('https://127.0.0.1:7943', controlPlane.url).replace(/port: \d+/g, 'port: 0')
    const loaded = loadRuntimeConfig(text, 'config.yaml', { CERTS: authority.folder, CACHE })
    assert.deepEqual(loaded.warnings, [])
    const dataPlane = await runDataPlane(loaded.config)
    t.after(() => dataPlane.stop())
    const here = (command: string) =>
      command.replace(':7085', `:${dataPlane.statusPort}`).replace(':9080', `:${dataPlane.ports[0]}`)
    await until(async () => (await fetch(here('http://127.0.0.1:7085/status/ready'))).ok)

    assert.equal(commands.length, 3)
    for (const [, command = '', expected = ''] of commands) {
      const { stdout } = await promisify(execFile)('sh', ['-ec', here(command)])
      assert.deepEqual(withoutAge(stdout), withoutAge(expected), command)
    }
  })
})

function withoutAge(json: string): unknown {
  return JSON.parse(json, (key, value) => (key === 'age' ? 'an age' : value))
}
