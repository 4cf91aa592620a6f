import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Copies rooms of this checkout, with the same packages, and what is kept of them in a place of its own. */
export function copyCheckout(to: string, rooms: readonly string[]): void {
  for (const room of rooms) cpSync(join(ROOT, room), join(to, room), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(to, 'package.json'))
  mkdirSync(join(to, 'node_modules'))
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.'))) {
    symlinkSync(join(ROOT, 'node_modules', name), join(to, 'node_modules', name))
  }
}
