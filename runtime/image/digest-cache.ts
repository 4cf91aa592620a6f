import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where packages of the checkout, or of the installation, lie; whatever is below it is made anew by `npm ci`. */
const PACKAGES = ['../../node_modules', '../../../node_modules', '../../../..']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => /node_modules\/?$/.test(path) && existsSync(path))

interface Kept {
  readonly digest: string
  /** Path, bytes, and when the file was last changed in any way, its name and place included. */
  readonly inputs: readonly (readonly [string, number, number])[]
}

/** The digest kept for a program, unless one of the files that it was made of has been touched since. */
export function recallDigest(program: string): string | undefined {
  const file = fileOf(program)
  if (file === undefined) return undefined
  try {
    const { digest, inputs } = JSON.parse(readFileSync(file, 'utf8')) as Kept
    const untouched = inputs.every(([path, size, changed]) => {
      const now = statSync(path, { throwIfNoEntry: false })
      return now?.size === size && now.ctimeMs === changed
    })
    return untouched ? digest : undefined
  } catch {
    return undefined
  }
}

/** Keeps the digest of a program beside what it was made of. Where nothing can be written, nothing is kept. */
export function keepDigest(program: string, digest: string, paths: readonly string[]): void {
  const file = fileOf(program)
  if (file === undefined) return
  try {
    const inputs = paths.map((path) => {
      const { size, ctimeMs } = statSync(path)
      return [path, size, ctimeMs] as const
    })
    mkdirSync(join(file, '..'), { recursive: true })
    const beside = `${file}.${process.pid}`
    writeFileSync(beside, JSON.stringify({ digest, inputs } satisfies Kept))
    renameSync(beside, file)
  } catch {
    // The next synthesis bundles again.
  }
}

/** Checkouts may share their packages, so each has a file of its own. */
function fileOf(program: string): string | undefined {
  const name = createHash('sha256')
    .update(`${import.meta.url}\n${program}`)
    .digest('hex')
    .slice(0, 16)
  return PACKAGES && join(PACKAGES, '.cache', 'antipode', `image-${name}.json`)
}
