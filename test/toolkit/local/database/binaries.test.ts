import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { hydrateSymlinks, preparePostgres } from '../../../../toolkit/local/database/binaries.ts'
import { unprivilegedUser } from '../../../../toolkit/local/database/unprivileged-user.ts'

const user = unprivilegedUser()
const isNoLink = (path: string): boolean => !lstatSync(path).isSymbolicLink()

const inScratch = async (act: (directory: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'antipode-test-'))
  try {
    await act(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

describe('the binaries of PostgreSQL', () => {
  it('get the library links that a skipped install script has not made, once', () =>
    inScratch(async (directory) => {
      mkdirSync(join(directory, 'native', 'lib'), { recursive: true })
      writeFileSync(join(directory, 'native', 'lib', 'libx.so.1.2'), '')
      const list = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }]
      writeFileSync(join(directory, 'native', 'pg-symlinks.json'), JSON.stringify(list))
      await hydrateSymlinks(directory)
      await hydrateSymlinks(directory)
      assert.equal(readlinkSync(join(directory, 'native', 'lib', 'libx.so.1')), 'libx.so.1.2')
    }))

  it(
    'are mirrored where their user cannot enter the package, and run from there',
    { skip: !user && 'only root runs PostgreSQL as another user' },
    () =>
      inScratch(async (directory) => {
        chmodSync(directory, 0o711)
        // As below /root: nobody but root gets in, and the install script has not run.
        const hidden = join(directory, 'hidden')
        mkdirSync(hidden, { mode: 0o700 })
        const { postgres } = await preparePostgres(17, undefined, directory)
        cpSync(join(dirname(postgres), '..'), join(hidden, 'native'), { recursive: true, filter: isNoLink })
        const binaries = await preparePostgres(17, user, directory, hidden)
        assert.ok(binaries.postgres.startsWith(join(directory, 'postgres-17')))
        const version = execFileSync(binaries.postgres, ['--version'], { uid: user!.uid, gid: user!.gid, cwd: '/' })
        assert.match(String(version), /^postgres \(PostgreSQL\) 17/)
      }),
  )

  it('name the majors there are when another is asked for', async () => {
    await assert.rejects(preparePostgres(12, undefined, '/nowhere'), /database\.version is 12.*17 and 18/)
  })
})
