import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

describe('docs/failover.md', () => {
  it('tells a story that happens as it is told', { skip: cannotRunPages }, async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const output = (await runPage('failover.md', commandLine)).join('\n')
    assert.match(output, /would: drain us-east-1/)
    assert.match(output, /us-west-2 writes in epoch 2\n/)
    assert.match(output, /us-east-1 writes in epoch 65\n/)
    assert.match(output, /us-west-2 writes in epoch 66\n/)
    assert.match(output, /us-east-1 is held since /)
    assert.match(output, /us-east-1 is held no more\n/)
    assert.match(output, /lost: 0 acknowledged writes/)
    assert.deepEqual(await commandLine.settled(), [])
  })
})
