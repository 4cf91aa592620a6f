import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { TarReader } from '../../../../toolkit/local/database/tar-reader.ts'

describe('a tar archive', () => {
  const directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  const long = `${'a'.repeat(60)}/${'b'.repeat(60)}`
  mkdirSync(join(directory, 'tree', 'a'.repeat(60)), { recursive: true })
  writeFileSync(join(directory, 'tree', 'empty'), '', { mode: 0o600 })
  writeFileSync(join(directory, 'tree', 'block'), 'x'.repeat(512), { mode: 0o644 })
  writeFileSync(join(directory, 'tree', long), 'y'.repeat(1000), { mode: 0o600 })
  symlinkSync('block', join(directory, 'tree', 'link'))
  const archive = execFileSync('tar', ['--format=ustar', '-C', join(directory, 'tree'), '-cf', '-', '.'])

  it('comes out the same, in pieces of any size', () => {
    for (const size of [1, 7, 511, 512, 513, archive.length]) {
      const found = new Map<string, string>()
      const content = new Map<string, number>()
      let current = ''
      const reader = new TarReader(
        ({ name, kind, mode, linkTarget }) => {
          current = name.replace(/^\.\//, '').replace(/\/$/, '')
          found.set(
            current,
            kind === 'symlink' ? `${kind} ${linkTarget}` : kind === 'file' ? `${kind} ${mode.toString(8)}` : kind,
          )
        },
        (data) => content.set(current, (content.get(current) ?? 0) + data.length),
      )
      for (let at = 0; at < archive.length; at += size) reader.write(archive.subarray(at, at + size))
      assert.equal(found.get('empty'), 'file 600')
      assert.equal(found.get('block'), 'file 644')
      assert.equal(found.get('link'), 'symlink block')
      assert.equal(found.get('a'.repeat(60)), 'directory')
      assert.deepEqual([content.get('block'), content.get(long), content.get('empty')], [512, 1000, undefined])
    }
  })
})
