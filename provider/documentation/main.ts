import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { antipodePages } from './antipode-pages.ts'

// Writes every page of the provider anew, and removes pages of what is gone.
const folder = fileURLToPath(new URL('../../docs/provider', import.meta.url))
rmSync(folder, { recursive: true, force: true })
const pages = antipodePages()
for (const { path, text } of pages) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
process.stdout.write(`${pages.length} pages written\n`)
