import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findProcess } from '../../../../toolkit/local/processes/process-table.ts'
import { until } from '../database/linked-databases.ts'

const SUPERVISOR = fileURLToPath(new URL('small-supervisor.ts', import.meta.url))

describe('the reaper of a supervisor', () => {
  let directory: string
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  /** Starts a supervisor with two children, one of which has a child of its own. */
  const begin = async (name: string) => {
    const scratch = join(directory, name)
    mkdirSync(scratch)
    writeFileSync(join(scratch, 'file'), '')
    const supervisor = spawn(process.execPath, [SUPERVISOR, scratch], { stdio: 'ignore' })
    const report = join(directory, `${name}.json`)
    await until('the supervisor has started everything', () => existsSync(report))
    const pids = JSON.parse(readFileSync(report, 'utf8')) as { children: number[]; grandchild: number; reaper: number }
    const all = [...pids.children, pids.grandchild]
    assert.ok(all.every(findProcess))
    return { supervisor, scratch, all, ...pids }
  }
  const nothingLeft = async (pids: readonly number[], scratch: string): Promise<void> => {
    await until('every process is gone', () => !pids.some(findProcess), 10)
    await until('the scratch directory is gone', () => !existsSync(scratch), 10)
  }

  it('ends every tree and removes every path when the supervisor is killed', async () => {
    const { supervisor, scratch, all, reaper } = await begin('killed')
    supervisor.kill('SIGKILL')
    await nothingLeft([...all, reaper], scratch)
  })

  it('ends stopped processes too', async () => {
    const { supervisor, scratch, all } = await begin('stopped')
    for (const pid of all) process.kill(pid, 'SIGSTOP')
    supervisor.kill('SIGKILL')
    await nothingLeft(all, scratch)
  })

  it('is replaced when it is killed itself', async () => {
    const { supervisor, scratch, all, reaper } = await begin('replaced')
    process.kill(reaper, 'SIGKILL')
    await until('another has taken its place', () => existsSync(join(scratch, 'replaced')))
    supervisor.kill('SIGKILL')
    await nothingLeft(all, scratch)
  })
})
