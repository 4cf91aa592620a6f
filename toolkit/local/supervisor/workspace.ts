import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { mayEnter, type UnprivilegedUser } from '../database/unprivileged-user.ts'

/** Where a deployment that survives reboots keeps databases that its own data directory would hide from their user. */
const SHARED_DIRECTORY = '/var/tmp'

/**
 * The directories of a run: a temporary one for its socket and scratch files, and the data directory, which is kept
 * when it was named and lies in the temporary one when it was not.
 */
export class Workspace {
  readonly runDirectory: string
  readonly dataDirectory: string
  /** False when the data goes when the run ends. */
  readonly kept: boolean

  constructor(dataDirectory: string | undefined, user: UnprivilegedUser | undefined) {
    this.runDirectory = realpathSync(mkdtempSync(join(temporaryDirectory(user), 'antipode-')))
    // The databases' user passes through, and sees nothing.
    if (user) chmodSync(this.runDirectory, 0o711)
    this.kept = dataDirectory !== undefined
    this.dataDirectory = dataDirectory === undefined ? join(this.runDirectory, 'data') : resolve(dataDirectory)
    try {
      mkdirSync(this.dataDirectory, { recursive: true, mode: user ? 0o711 : 0o700 })
      mkdirSync(join(this.runDirectory, 'control'), { mode: 0o700 })
      this.#provideDatabases(user)
    } catch (error) {
      this.remove()
      throw error
    }
  }

  /** Short, since a socket's path may have no more than 104 bytes on some systems. */
  get socket(): string {
    return join(this.runDirectory, 'control', 'socket')
  }

  /** A directory below the data directory, for our own user only. */
  private(...names: string[]): string {
    const path = join(this.dataDirectory, ...names)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }

  database(region: string): string {
    return join(realpathSync(join(this.dataDirectory, 'databases')), region)
  }

  remove(): void {
    rmSync(this.runDirectory, { recursive: true, force: true })
  }

  /**
   * The databases' user must reach its files. Where the data directory lies below one that it may not enter (as
   * everything below `/root`), the files live in a shared directory, under a name that follows from the data
   * directory's, and a symbolic link stands in their place.
   */
  #provideDatabases(user: UnprivilegedUser | undefined): void {
    const place = join(this.dataDirectory, 'databases')
    if (existsSync(place)) return
    if (!user || mayEnter(user, this.dataDirectory)) {
      mkdirSync(place, { mode: user ? 0o711 : 0o700 })
      return
    }
    const name = createHash('sha256').update(realpathSync(this.dataDirectory)).digest('hex').slice(0, 16)
    const shared = join(SHARED_DIRECTORY, `antipode-databases-${name}`)
    mkdirSync(shared, { recursive: true, mode: 0o711 })
    const { uid } = lstatSync(shared)
    if (uid !== process.getuid?.()) {
      throw new AntipodeError('USAGE', { reason: `${shared} belongs to another user; choose another --data-dir` })
    }
    if (readdirSync(shared).length > 0) {
      const reason = `${shared} holds the databases of a data directory that is gone; remove it, or choose another --data-dir`
      throw new AntipodeError('USAGE', { reason })
    }
    symlinkSync(shared, place)
  }
}

/** The system's own place for temporary files, unless its owner keeps the databases' user out of it. */
function temporaryDirectory(user: UnprivilegedUser | undefined): string {
  const places = [tmpdir(), '/tmp', SHARED_DIRECTORY]
  return (user && places.find((place) => existsSync(place) && mayEnter(user, realpathSync(place)))) ?? tmpdir()
}
