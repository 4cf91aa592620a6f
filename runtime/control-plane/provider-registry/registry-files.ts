import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** By how a file is called; what has no extension is an answer of the protocol. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.zip$/, 'application/zip'],
  [/_SHA256SUMS$/, 'text/plain'],
  [/\.sig$/, 'application/octet-stream'],
]
/** A step of a path: none leads out of the folder, and none to what is hidden in it. */
const STEP = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/
const DISCOVERY = '/.well-known/terraform.json'
const PROVIDERS = '/v1/providers/'

export interface RegistryFile {
  readonly type: string
  /** Bytes. */
  readonly size: number
  /** Whoever gets it closes it. */
  readonly handle: FileHandle
}

/**
 * The file of a released registry that answers a call: the folder is laid out as its addresses are.
 *
 * @param path of the address, such as `/v1/providers/antipode/antipode/versions`
 * @returns undefined where nothing answers
 */
export async function findRegistryFile(folder: string, path: string): Promise<RegistryFile | undefined> {
  const isServed = path === DISCOVERY || (path.startsWith(PROVIDERS) && path.slice(1).split('/').every(isStep))
  if (!isServed) return undefined
  const handle = await open(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!handle) return undefined
  const found = await handle.stat()
  if (found.isFile()) return { type: typeOf(path), size: found.size, handle }
  await handle.close()
  return undefined
}

function isStep(step: string): boolean {
  return STEP.test(step)
}

function typeOf(path: string): string {
  return TYPES.find(([name]) => name.test(path))?.[1] ?? 'application/json'
}
