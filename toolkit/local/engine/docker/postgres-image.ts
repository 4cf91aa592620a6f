import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { AntipodeError } from '../../../../runtime/model/errors.ts'
import type { PostgresBinaries } from '../../database/binaries.ts'
import { type EngineApi, EngineRefusal } from './engine-api.ts'

const REPOSITORY = 'antipode-postgres'

export interface PostgresImage {
  readonly name: string
  /** The server's program in it. */
  readonly program: string
}

/**
 * An image of the embedded PostgreSQL: its programs, the libraries of this machine that they name, and nothing else, so
 * that no registry is needed. It stays with the engine, and is made again once its contents are others.
 */
export async function providePostgresImage(
  api: EngineApi,
  binaries: PostgresBinaries,
  scratch: string,
): Promise<PostgresImage> {
  const folder = dirname(dirname(binaries.postgres))
  const libraries = await systemLibraries(binaries.postgres, folder)
  const hash = createHash('sha256')
  for (const file of [binaries.postgres, ...libraries]) hash.update(file).update(readFileSync(file))
  const tag = `${binaries.major}-${hash.digest('hex').slice(0, 16)}`
  const image = {
    name: `${REPOSITORY}:${tag}`,
    program: join('/', basename(folder), 'bin', basename(binaries.postgres)),
  }
  if (await exists(api, image.name)) return image
  const staging = mkdtempSync(join(scratch, 'postgres-image-'))
  try {
    for (const library of libraries) {
      mkdirSync(join(staging, dirname(library)), { recursive: true })
      copyFileSync(library, join(staging, library))
    }
    mkdirSync(join(staging, 'etc'))
    writeFileSync(join(staging, 'etc', 'passwd'), 'root:x:0:0::/:/none\n')
    const tar = spawn(
      'tar',
      ['--create', '--directory', staging, '.', '--directory', dirname(folder), basename(folder)],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const made = await api.call<{ error?: string }>(
      'POST',
      `/images/create?fromSrc=-&repo=${REPOSITORY}&tag=${tag}`,
      tar.stdout,
    )
    if (made.error) throw new AntipodeError('START_FAILED', { what: `the image ${image.name}`, reason: made.error })
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  return image
}

/** The dynamic loader and the libraries that lie outside the package. */
async function systemLibraries(program: string, folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program])
  const found = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!)
  return found.filter((path) => !path.startsWith(folder))
}

async function exists(api: EngineApi, image: string): Promise<boolean> {
  try {
    await api.call('GET', `/images/${image}/json`)
    return true
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return false
    throw error
  }
}
