import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { licencesOf } from './licences.ts'

/** The runtime as one program, and the licences of what it is made of. */
export interface Bundle {
  readonly program: Uint8Array
  readonly licences: string
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** CommonJS packages ask for Node's own modules in the old way. */
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

/**
 * Bundles control plane and data plane into one program: from the sources in a checkout, from `dist/` where the package
 * is installed. The same sources and packages give the same bytes on any machine: minifying takes out the paths of
 * modules, and no settings that happen to lie in a folder above are read.
 */
export function bundle(): Bundle {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: FOLDER,
    entryPoints: [`./main${extname(import.meta.url)}`],
    outfile: 'antipode.mjs',
    bundle: true,
    write: false,
    metafile: true,
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
  })
  const [program] = outputFiles
  if (!program) throw new Error('esbuild made no program')
  return { program: program.contents, licences: licencesOf(Object.keys(metafile.inputs), FOLDER) }
}
