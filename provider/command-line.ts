export { defaultMirror, type Installed, installProvider } from './distribution/install.ts'
export { type Packed, packProvider } from './distribution/pack.ts'
export { type ImportBlocks, type ImportSource, importBlocks } from './import/import-blocks.ts'

import type { Released, ReleaseOptions } from './distribution/release.ts'

/** Loads what signs only where something is signed. */
export async function releaseProvider(options: ReleaseOptions): Promise<Released> {
  return (await import('./distribution/release.ts')).releaseProvider(options)
}
