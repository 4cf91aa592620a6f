export { defaultMirror, type Installed, installProvider } from './distribution/install.ts'
export { type Packed, packProvider } from './distribution/pack.ts'
export { type ImportBlocks, type ImportSource, importBlocks } from './import/import-blocks.ts'
