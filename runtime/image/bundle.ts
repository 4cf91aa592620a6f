import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSync } from 'esbuild'
import { licencesOf } from './licences.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** CommonJS packages ask for Node's own modules in the old way. */
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

const OPTIONS = {
  absWorkingDir: FOLDER,
  entryPoints: [`./main${extname(import.meta.url)}`],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  minify: true,
  // Names in stack traces and logs stay those of the sources.
  keepNames: true,
  legalComments: 'none',
  tsconfigRaw: '{}',
  logLevel: 'silent',
  banner: { js: BANNER },
  // An optional binding to libpq, which pg asks for and does without.
  external: ['pg-native'],
} as const satisfies BuildOptions

/**
 * Control plane and data plane as one program: from the sources in a checkout, from `dist/` where the package is
 * installed. The same sources and packages give the same bytes on any machine: minifying takes out the paths of
 * modules, and no settings that happen to lie in a folder above are read.
 */
export function bundle(): Uint8Array {
  // Through a file: handed over by the compiler's process, the program costs every synthesis 20 MB more.
  const folder = mkdtempSync(join(tmpdir(), 'antipode-bundle-'))
  try {
    const outfile = join(folder, 'antipode.mjs')
    buildSync({ ...OPTIONS, outfile })
    return readFileSync(outfile)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The licences of what the program is made of, as one text. */
export function licencesOfBundle(): string {
  const { metafile } = buildSync({ ...OPTIONS, outfile: 'antipode.mjs', write: false, metafile: true })
  return licencesOf(Object.keys(metafile.inputs), FOLDER)
}
