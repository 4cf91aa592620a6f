import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-file.ts'

const LENGTH = 32

/** The data plane's own key, made at the first start and readable by its user alone. */
export async function loadCacheKey(folder: string): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'cache.key')
  const existing = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (existing?.length === LENGTH) return existing
  const key = randomBytes(LENGTH)
  await writeDurably(path, key)
  return key
}
