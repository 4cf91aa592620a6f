import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { policyPages } from '../review/policy-pages.ts'
import { architecturePages, constructPages } from './pages.ts'

// Writes every generated page of docs/ anew, and removes pages of constructs and policies that are gone.
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const pages = [...constructPages(root), ...(await architecturePages(root)), ...policyPages()]
for (const folder of ['docs/constructs', 'docs/policies']) {
  mkdirSync(join(root, folder), { recursive: true })
  for (const name of readdirSync(join(root, folder))) {
    if (!pages.some(({ path }) => path === `${folder}/${name}`)) rmSync(join(root, folder, name))
  }
}
for (const { path, text } of pages) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
process.stdout.write(`${pages.length} pages written\n`)
