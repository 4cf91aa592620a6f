import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

describe('docs/declarative.md', () => {
  it('shows commands that work, one after the other, and what they say', { skip: cannotRunPages }, async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const [first = '', second = '', regions = ''] = await runPage('declarative.md', commandLine)
    assert.match(
      first,
      /local {2}4 to create, 0 to update, 0 to delete\n {2}\+ service "orders"\n {2}\+ route "list"\n/,
    )
    assert.match(first, /local {2}4 created, 0 updated, 0 deleted\n[\s\S]*local {2}equal to the files\n$/)
    assert.match(
      second,
      /local {2}0 to create, 2 to update, 0 to delete\n {2}~ route "list"\n {6}uris: \["\/orders"\] → /,
    )
    assert.match(second, /upstream\.nodes\.0\.weight: 1 → 5/)
    assert.match(second, /local {2}equal to the files/)
    assert.equal([...regions.matchAll(/^\S+ {2}2 created, 0 updated, 0 deleted$/gm)].length, 2, regions)
    assert.equal([...regions.matchAll(/^\S+ {2}equal to the files$/gm)].length, 2, regions)
    assert.deepEqual(await commandLine.settled(), [])
  })
})
