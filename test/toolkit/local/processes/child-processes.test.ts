import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ChildProcesses } from '../../../../toolkit/local/processes/child-processes.ts'
import { findProcess, withDescendants } from '../../../../toolkit/local/processes/process-table.ts'
import { Reaper } from '../../../../toolkit/local/processes/reaper.ts'
import { until } from '../database/linked-databases.ts'

describe('child processes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  let reaper: Reaper
  let processes: ChildProcesses
  const shell = (script: string, log = 'log') =>
    processes.spawn({
      ...{ command: '/bin/sh', args: ['-c', script], env: { PATH: process.env.PATH }, log: join(directory, log) },
    })

  before(() => {
    reaper = new Reaper()
    processes = new ChildProcesses(reaper)
  })
  after(async () => {
    await processes.close()
    await reaper.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('are killed with everything that descends from them', async () => {
    const child = shell('sleep 600 & sleep 600 & wait')
    await until('both grandchildren run', () => withDescendants([child.pid!]).length === 3)
    const tree = withDescendants([child.pid!])
    await child.kill()
    assert.deepEqual(tree.filter(findProcess), [])
    assert.equal(child.running, false)
    assert.deepEqual(await child.exited, { code: null, signal: 'SIGKILL' })
  })

  it('stop working while they are frozen, and go on when they are thawed', async () => {
    const child = shell('while :; do echo tick; sleep 0.02; done', 'ticks')
    const ticks = (): number => readFileSync(join(directory, 'ticks'), 'utf8').length
    await until('it ticks', () => ticks() > 0)
    child.freeze()
    const frozen = ticks()
    await new Promise((resolve) => setTimeout(resolve, 150))
    assert.equal(ticks(), frozen)
    child.thaw()
    await until('it ticks again', () => ticks() > frozen)
    await child.kill()
  })

  it('are killed when they do not stop in time', async () => {
    const child = shell('trap "" TERM; while :; do sleep 0.1; done')
    await until('the shell has set its trap', () => withDescendants([child.pid!]).length > 1)
    await child.stop('SIGTERM', 0.2)
    assert.equal((await child.exited).signal, 'SIGKILL')
  })

  it('say their last words when they end', async () => {
    const child = shell('echo one; echo two >&2; exit 3', 'words')
    assert.equal((await child.exited).code, 3)
    assert.equal(child.lastWords(1), 'two')
  })

  it('that cannot be started at all are not running', async () => {
    const child = processes.spawn({ command: join(directory, 'nothing'), args: [], log: join(directory, 'log') })
    await child.exited
    assert.equal(child.running, false)
  })

  it('are refused once the supervisor stops', async () => {
    const other = new ChildProcesses(reaper)
    await other.close()
    assert.throws(() => other.spawn({ command: '/bin/true', args: [], log: join(directory, 'log') }), /starts nothing/)
  })
})
