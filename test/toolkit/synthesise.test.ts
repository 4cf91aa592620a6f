import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { synthesise } from '../../toolkit/synthesise.ts'
import { copyCheckout } from '../runtime/image/checkout.ts'

it('leaves nothing for temporary files when synthesis is interrupted while it bundles the runtime', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  const { TMPDIR } = process.env
  try {
    // In a checkout of its own, of which nothing is known that would spare the bundling.
    const checkout = join(folder, 'checkout')
    copyCheckout(checkout, ['runtime', 'toolkit', 'topology', 'constructs', 'stacks'])
    const temporary = join(folder, 'temporary')
    mkdirSync(temporary)
    process.env.TMPDIR = temporary
    const interruption = new AbortController()
    let ended = false
    const synthesis = synthesise({
      program: join(checkout, 'stacks', 'main.ts'),
      topologyFile: join(checkout, 'stacks', 'examples', 'active-passive.ts'),
      directory: join(folder, 'out'),
      signal: interruption.signal,
    }).finally(() => {
      ended = true
    })
    synthesis.catch(() => {})
    const bundles = () =>
      readdirSync(temporary, { recursive: true }).some((name) => /antipode-bundle-/.test(String(name)))
    let seen = false
    while (!seen && !ended) {
      await sleep(5)
      seen = bundles()
    }
    interruption.abort()
    await assert.rejects(synthesis, { name: 'AbortError' })
    assert.ok(seen, 'synthesis ended before it bundled anything')
    assert.deepEqual(readdirSync(temporary), [])
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
    rmSync(folder, { recursive: true, force: true })
  }
})
