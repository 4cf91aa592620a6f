import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Workspace } from '../../../../toolkit/local/supervisor/workspace.ts'

describe('the databases of a data directory that their user may not enter', () => {
  it('are not taken for those of a new directory in the place of a removed one', () => {
    const parent = mkdtempSync(join(tmpdir(), 'antipode-test-'))
    const stranger = { name: 'stranger', uid: 4_294_000, gid: 4_294_000 }
    const place = join(parent, 'data')
    const first = new Workspace(place, stranger)
    const shared = realpathSync(join(place, 'databases'))
    try {
      writeFileSync(join(shared, 'left'), '')
      rmSync(place, { recursive: true })
      assert.throws(() => new Workspace(place, stranger), /holds the databases of a data directory that is gone/)
    } finally {
      first.remove()
      rmSync(shared, { recursive: true })
      rmSync(parent, { recursive: true })
    }
  })
})
