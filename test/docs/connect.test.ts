import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

describe('docs/connect.md', () => {
  it('shows commands that work', { skip: cannotRunPages, timeout: 300_000 }, async (t) => {
    const commandLine = new CommandLine()
    t.after(() => commandLine.close())
    const [said = ''] = await runPage('connect.md', commandLine)
    assert.match(said, /antipode data-plane --config .*edge-1\/config\.yaml/)
    assert.match(said, /docker run --detach/)
    const files = (folder: string) => readdirSync(join(commandLine.directory, folder)).sort()
    assert.deepEqual(files('edge-1'), [
      ...['antipode-data-plane.service', 'ca.crt', 'config.yaml', 'state', 'tls.crt', 'tls.key'],
    ])
    assert.deepEqual(files('edge-2'), ['ca.crt', 'config.yaml', 'regions', 'state', 'token'])
  })

  it('shows a configuration that the runtime takes', () => {
    const page = readFileSync(new URL('../../docs/connect.md', import.meta.url), 'utf8')
    const config = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? ''
    const loaded = loadRuntimeConfig(config, 'config.yaml', {})
    assert.deepEqual(loaded.warnings, [])
    assert.equal(loaded.config.dataPlane.token, '/etc/antipode/token')
  })
})
