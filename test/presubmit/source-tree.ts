import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Files that git tracks, or would, as paths from the root. */
export function trackedFiles(): string[] {
  const out = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  return out.toString().split('\0').filter(Boolean)
}

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}

/** What a file imports from the tree, as paths from the root. */
export function importsOf(file: string): string[] {
  const specifiers = read(file).matchAll(
    /(?:^|\n)\s*(?:import|export)[^'"\n]*?(?:[^'"]*?from\s*)?['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g,
  )
  return [...specifiers].map((match) => path.posix.join(path.posix.dirname(file), match[1] ?? match[2]!))
}
