import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface UnprivilegedUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * The user that runs PostgreSQL when we are root, which PostgreSQL refuses to be: `postgres` where it exists, else
 * `nobody`. It must have a passwd entry, or initdb fails. Undefined when we are not root and need nobody else.
 */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const entry = entries.find(([name]) => name === wanted)
    if (entry) return { name: wanted, uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new Error('PostgreSQL does not run as root, and neither user postgres nor nobody exists')
}

/** Whether the user may enter this directory, and so every directory above it. */
export function mayEnter(user: UnprivilegedUser, directory: string): boolean {
  const { mode, uid, gid } = statSync(directory)
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  const parent = dirname(directory)
  return (mode & bit) !== 0 && (parent === directory || mayEnter(user, parent))
}
