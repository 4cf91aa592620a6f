import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { siblingProgram } from '../../../../toolkit/local/processes/sibling-program.ts'

const MODULE = pathToFileURL(
  siblingProgram(new URL('../../../../toolkit/local/afflictions/clock.ts', import.meta.url).href, 'movable-clock'),
).href

test('a running program sees its wall clock jump, and nothing else of time', async () => {
  const program = `
    const { now } = Date
    const tell = () => console.log(JSON.stringify({
      now: Date.now(), kept: now(), made: new Date().getTime(), said: Date.parse(Date()),
      given: new Date(5).getTime(), utc: Date.UTC(2026, 0), is: new Date() instanceof Date, steady: performance.now(),
    }))
    process.stdin.on('data', tell)
    tell()`
  const child = spawn(process.execPath, ['--import', MODULE, '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, CLOCK_JUMP: '-3600000' },
  })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => JSON.parse((await lines.next()).value as string)
    const before = await next()
    assert.ok(Math.abs(before.now - Date.now()) < 60_000, 'nothing has jumped yet')
    child.kill('SIGUSR2')
    let after = before
    while (Math.abs(after.now - before.now) < 1_800_000) {
      child.stdin.write('again\n')
      after = await next()
    }
    for (const moved of ['now', 'kept', 'made', 'said']) {
      assert.ok(Math.abs(after[moved] - (Date.now() - 3_600_000)) < 60_000, moved)
    }
    assert.deepEqual([after.given, after.utc, after.is], [5, Date.UTC(2026, 0), true])
    assert.ok(after.steady > before.steady && after.steady < before.steady + 60_000)
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})
