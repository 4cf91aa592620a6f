import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { architecturePages, constructPages } from './pages.ts'

// Writes every generated page of docs/ anew, and removes pages of constructs that are gone.
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const pages = [...constructPages(root), ...(await architecturePages(root))]
mkdirSync(join(root, 'docs', 'constructs'), { recursive: true })
for (const name of readdirSync(join(root, 'docs', 'constructs'))) {
  const path = `docs/constructs/${name}`
  if (!pages.some((page) => page.path === path)) rmSync(join(root, path))
}
for (const { path, text } of pages) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
process.stdout.write(`${pages.length} pages written\n`)
