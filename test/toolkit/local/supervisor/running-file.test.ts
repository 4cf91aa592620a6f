import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { findProcess } from '../../../../toolkit/local/processes/process-table.ts'
import {
  claimRunningFile,
  findRunning,
  releaseRunningFile,
  workingDirectoryFile,
} from '../../../../toolkit/local/supervisor/running-file.ts'

describe('the file that tells where `up` runs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  const path = workingDirectoryFile(directory)
  const by = (pid: number, started = findProcess(pid)?.started ?? '') => ({
    ...{ pid, started, socket: '/nowhere', topology: 'payments', dataDir: directory },
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('is not taken from one that lives', () => {
    assert.equal(claimRunningFile(path, by(process.ppid)), true)
    assert.equal(claimRunningFile(path, by(process.pid)), false)
    assert.equal(findRunning(directory, undefined).pid, process.ppid)
    releaseRunningFile(path)
    assert.equal(existsSync(join(directory, '.antipode')), false)
  })

  it('is taken over from one that is dead, even when another process has its id', () => {
    assert.equal(claimRunningFile(path, by(process.ppid, 'long ago')), true)
    assert.throws(() => findRunning(directory, undefined), /no running `antipode up` found/)
    assert.equal(claimRunningFile(path, by(process.pid)), true)
    writeFileSync(path, '{ broken')
    assert.equal(claimRunningFile(path, by(process.pid)), true)
    releaseRunningFile(path)
  })
})
