import { existsSync } from 'node:fs'
import { chown, copyFile, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { parseLsn, readControlFile } from './control-file.ts'
import type { UnprivilegedUser } from './unprivileged-user.ts'

/**
 * Gives a database that was a primary, and stopped in order, the histories of the timelines that its successor has
 * begun, as an archive of the log would. It then asks for the newest timeline when it connects, and not for the old one
 * up to its end first.
 *
 * A timeline that began before the database's own end is left out: with that history PostgreSQL would refuse to start,
 * and without it it starts and says when it streams that its own log has gone another way.
 */
export async function learnTimelines(
  successor: string,
  directory: string,
  owner: UnprivilegedUser | undefined,
): Promise<void> {
  const { shutDown, checkpointLsn } = await readControlFile(directory)
  if (!shutDown) return
  for (const name of await readdir(join(successor, 'pg_wal'))) {
    const [theirs, own] = [join(successor, 'pg_wal', name), join(directory, 'pg_wal', name)]
    if (!name.endsWith('.history') || existsSync(own)) continue
    if (beganAt(await readFile(theirs, 'utf8')) < parseLsn(checkpointLsn)) continue
    const unfinished = `${own}.unfinished`
    await copyFile(theirs, unfinished)
    if (owner) await chown(unfinished, owner.uid, owner.gid)
    await rename(unfinished, own)
  }
}

/** Where a timeline parted from the one before: the last line is `<timeline>\t<location>\t<reason>`. */
function beganAt(history: string): bigint {
  const [, location = '0/0'] = history.trimEnd().split('\n').at(-1)?.split('\t') ?? []
  return parseLsn(location)
}
