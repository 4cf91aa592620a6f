import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockTopology } from '../../../../toolkit/drill/run/runner-lock.ts'
import { findProcess } from '../../../../toolkit/local/processes/process-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'antipode-lock-'))
const lock = join(folder, 'drill.lock')
after(() => rmSync(folder, { recursive: true }))

test('a second runner is refused while the first one lives, and not afterwards', async () => {
  const first = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(first, 'spawn')
  const { started } = findProcess(first.pid!)!
  writeFileSync(lock, JSON.stringify({ pid: first.pid, started, drill: 'lose-us-east-1' }))
  assert.throws(() => lockTopology(folder, 'freeze'), {
    code: 'DRILL_NOT_STARTED',
    message: /the drill lose-us-east-1 \(process \d+\) runs on this topology/,
  })
  const ended = once(first, 'exit')
  first.kill('SIGKILL')
  await ended
  lockTopology(folder, 'freeze')()
  assert.equal(existsSync(lock), false)
})

test('neither a torn lock nor a later process with the same id holds anything', () => {
  for (const left of ['{"pid":', JSON.stringify({ pid: process.pid, started: 'before the flood', drill: 'old' })]) {
    writeFileSync(lock, left)
    const unlock = lockTopology(folder, 'freeze')
    assert.throws(() => lockTopology(folder, 'another'), /the drill freeze/)
    unlock()
  }
})
