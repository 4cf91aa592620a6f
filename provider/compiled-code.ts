import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Lets Node keep what it compiles of the provider for the next start, of which a plan makes three: a plan of one resource
 * takes 10 ms less by it. Kept in the user's cache, which nobody else writes (`XDG_CACHE_HOME`, or `~/.cache`), or where
 * Node's own variable NODE_COMPILE_CACHE says. Where it cannot be kept, nothing else changes.
 * https://nodejs.org/docs/latest-v22.x/api/module.html#module-compile-cache
 */
export function keepCompiledCode({ NODE_COMPILE_CACHE, XDG_CACHE_HOME, HOME } = process.env): void {
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'))
  const folder = NODE_COMPILE_CACHE || (cache && join(cache, 'terraform-provider-antipode'))
  if (folder) enableCompileCache(folder)
}
