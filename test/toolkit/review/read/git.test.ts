import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Repository } from '../../../../toolkit/review/read/git.ts'
import { SmallRepository } from '../small-repository.ts'

describe('a repository that is reviewed', () => {
  it('is checked out any number of times at once, by whomever', async () => {
    const small = new SmallRepository()
    try {
      const commit = small.commit('main')
      for (let round = 0; round < 12; round++) {
        // Several reviews of one repository are processes of their own, which know nothing of each other.
        const checkouts = await Promise.all(
          Array.from({ length: 16 }, async () => (await Repository.at(small.folder)).checkOut('main', null)),
        )
        for (const checkout of checkouts) {
          assert.equal(checkout.commit.id, commit)
          assert.ok(existsSync(join(checkout.folder, 'app.mjs')))
        }
        await Promise.all(checkouts.map((checkout) => checkout.remove()))
        assert.ok(checkouts.every(({ folder }) => !existsSync(folder)))
        assert.equal(small.worktrees(), 1)
      }
    } finally {
      small.remove()
    }
  })

  it('tells a commit that is not there, and a folder in no repository', async () => {
    const small = new SmallRepository()
    const elsewhere = mkdtempSync(join(tmpdir(), 'antipode-test-'))
    try {
      small.commit('main')
      const repository = await Repository.at(small.folder)
      await assert.rejects(repository.checkOut('gone', null), /gone.*no such branch, tag or commit here/)
      await assert.rejects(Repository.at(elsewhere), /is in no git repository/)
    } finally {
      small.remove()
      rmSync(elsewhere, { recursive: true })
    }
  })
})
