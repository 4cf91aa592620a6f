import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where packages of the checkout, or of the installation, lie; whatever is below it is made anew by `npm ci`. */
const PACKAGES = ['../../node_modules', '../../../node_modules', '../../../..']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => /node_modules\/?$/.test(path) && existsSync(path))

/** The runtime's own sources. */
const SOURCES = fileURLToPath(new URL('..', import.meta.url))

/** As many states of the sources are remembered. */
const KEPT = 8

interface Kept {
  readonly digest: string
  /** Of each module of a package: path, bytes, and when the file was last changed in any way. */
  readonly modules: readonly (readonly [string, number, number])[]
}

/**
 * The digest kept for a program that was made of sources with this very content, wherever they lie, unless a module of
 * a package has been touched since.
 */
export function recallDigest(program: string): string | undefined {
  try {
    const { digest, modules } = JSON.parse(readFileSync(fileOf(program), 'utf8')) as Kept
    const untouched = modules.every(([path, size, changed]) => {
      const now = statSync(path, { throwIfNoEntry: false })
      return now?.size === size && now.ctimeMs === changed
    })
    return untouched ? digest : undefined
  } catch {
    return undefined
  }
}

/** Keeps the digest of a program that was made of these files. Where nothing can be written, nothing is kept. */
export function keepDigest(program: string, digest: string, inputs: readonly string[]): void {
  try {
    const file = fileOf(program)
    const modules = inputs
      .filter((path) => !path.startsWith(SOURCES))
      .map((path) => {
        const { size, ctimeMs } = statSync(path)
        return [path, size, ctimeMs] as const
      })
    const folder = join(file, '..')
    mkdirSync(folder, { recursive: true })
    const beside = `${file}.${process.pid}`
    writeFileSync(beside, JSON.stringify({ digest, modules } satisfies Kept))
    renameSync(beside, file)
    for (const path of oldest(folder)) rmSync(path, { force: true })
  } catch {
    // The next synthesis bundles again.
  }
}

function oldest(folder: string): string[] {
  const dated = readdirSync(folder).map((name) => {
    const path = join(folder, name)
    return { path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }
  })
  return dated
    .sort((a, b) => b.at - a.at)
    .slice(KEPT)
    .map(({ path }) => path)
}

/** @throws Error where there is no place for it */
function fileOf(program: string): string {
  if (PACKAGES === undefined) throw new Error('there is no folder of packages')
  const key = createHash('sha256').update(program)
  for (const name of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(SOURCES, name)
    if (statSync(path).isFile()) key.update(`\n${name}\n`).update(readFileSync(path))
  }
  return join(PACKAGES, '.cache', 'antipode', `image-${key.digest('hex').slice(0, 32)}.json`)
}
