import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

describe('docs/run-locally.md', () => {
  it('shows commands that work, one after the other', { skip: cannotRunPages }, async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const output = (await runPage('run-locally.md', commandLine)).join('\n')
    assert.match(output, /hello\n/)
    assert.match(output, /us-west-2 +standby +streaming, confirms/)
    assert.deepEqual(await commandLine.settled(), [])
  })
})
