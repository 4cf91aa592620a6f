import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePort } from '../../toolkit/local/processes/port-holder.ts'
import { ANTIPODE, CommandLine } from '../toolkit/cli-process.ts'

const page = readFileSync(new URL('../../docs/run-locally.md', import.meta.url), 'utf8')
const snippets = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, snippet]) => snippet!)
const skip = spawnSync('curl', ['--version']).error ? 'this machine has no curl' : false

describe('docs/run-locally.md', () => {
  it('shows commands that work, one after the other', { skip }, async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    symlinkSync(fileURLToPath(new URL('../../stacks', import.meta.url)), join(commandLine.directory, 'stacks'))
    const [gateway, admin, status, sync] = await Promise.all(Array.from({ length: 4 }, () => freePort('127.0.0.1')))
    const config = join(commandLine.directory, 'ports.yaml')
    const ports = {
      apisix: { node_listen: gateway, status: { port: status } },
      deployment: { admin: { admin_listen: { port: admin } } },
      antipode: { sync_listen: { port: sync } },
    }
    writeFileSync(config, stringify(ports))
    const env = {
      ...{ ...process.env, TMPDIR: commandLine.directory, NODE: process.execPath, ANTIPODE },
      ...{ ANTIPODE_CONFIG: config, ANTIPODE_GSLB_PORT: '0' },
    }
    const output: string[] = []
    for (const snippet of snippets) {
      const here = snippet.replaceAll(':9180/', `:${admin}/`).replaceAll(':9080/', `:${gateway}/`)
      // `npx` finds the package's own command in a checkout; a test is no checkout of its own.
      const script = `npx() { shift; "$NODE" "$ANTIPODE" "$@"; }\n${here}`
      const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: commandLine.directory, env })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (text) => {
          said += text
        })
      }
      const code = await new Promise((resolve) => child.once('close', resolve))
      assert.equal(code, 0, `${here}\n${said}`)
      output.push(said)
    }
    assert.match(output.join('\n'), /hello\n/)
    assert.match(output.join('\n'), /us-west-2 +standby +streaming, confirms/)
    assert.deepEqual(await commandLine.settled(), [])
  })
})
