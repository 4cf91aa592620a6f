import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CommandLine } from './cli-process.ts'

const EXAMPLE = fileURLToPath(new URL('../../stacks/examples/active-passive.ts', import.meta.url))

it('leaves nothing for temporary files when synthesis is interrupted while it bundles the runtime', async () => {
  const commandLine = new CommandLine()
  try {
    const synth = commandLine.start('synth', EXAMPLE, '--output', join(commandLine.directory, 'stacks'))
    const deadline = performance.now() + 60_000
    const bundling = () => {
      const scratch = commandLine.leftovers().find((name) => name.startsWith('antipode-synthesis-'))
      return scratch !== undefined && readdirSync(join(commandLine.directory, scratch)).length > 0
    }
    let seen = false
    while (!seen && synth.child.exitCode === null && performance.now() < deadline) {
      await sleep(10)
      seen = bundling()
    }
    assert.ok(seen, 'synthesis ended before it bundled anything')
    const { code } = await synth.interrupt()
    assert.notEqual(code, 0)
    assert.deepEqual(await commandLine.settled(), [])
  } finally {
    await commandLine.close()
  }
})
