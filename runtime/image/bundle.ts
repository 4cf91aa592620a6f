import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSync, version } from 'esbuild'
import { PROGRAM } from './layout.ts'
import { licencesOf } from './licences.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** CommonJS packages ask for Node's own modules in the old way. */
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

const PROGRAM_NAME = { base: basename(PROGRAM, extname(PROGRAM)), extension: extname(PROGRAM) }

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
  // What few deployments need, such as the clients of sinks, is read only where it is: it would be 28 MB in each process.
  splitting: true,
  entryNames: PROGRAM_NAME.base,
  chunkNames: `${PROGRAM_NAME.base}-[hash]`,
  outExtension: { '.js': PROGRAM_NAME.extension },
} as const satisfies BuildOptions

export interface Bundle {
  /** Content by name, all of one folder. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Paths of the modules that it was made of. */
  readonly inputs: readonly string[]
}

/** Another compiler, or other settings of it, make another program; another place does not. */
export const COMPILER = `esbuild ${version} ${JSON.stringify({ ...OPTIONS, absWorkingDir: undefined })}`

/**
 * Control plane and data plane as one program: from the sources in a checkout, from `dist/` where the package is
 * installed. The same sources and packages give the same bytes on any machine: minifying takes out the paths of modules,
 * and no settings that happen to lie in a folder above are read.
 */
export function bundle(): Bundle {
  // Through a file: handed over by the compiler's process, the program costs every synthesis 20 MB more.
  const folder = mkdtempSync(join(tmpdir(), 'antipode-bundle-'))
  try {
    const { metafile } = buildSync({ ...OPTIONS, outdir: folder, metafile: true })
    const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
    return { files: renamed(files), inputs: Object.keys(metafile.inputs).map((path) => resolve(FOLDER, path)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The compiler names files after the places of their sources too. Numbered in the order in which they are first named,
 * beginning with the program, they are called the same wherever those lie.
 */
function renamed(files: ReadonlyMap<string, string>): ReadonlyMap<string, Uint8Array> {
  const names = new Map([[basename(PROGRAM), basename(PROGRAM)]])
  const { base, extension } = PROGRAM_NAME
  const chunk = new RegExp(`${base}-[A-Z0-9]{8}\\${extension}`, 'g')
  // Names that are found are looked through in their turn.
  for (const name of names.keys()) {
    for (const [found] of files.get(name)!.matchAll(chunk)) {
      if (!names.has(found)) names.set(found, `${base}-${names.size}${extension}`)
    }
  }
  const written = [...names].map(([before, after]) => {
    return [after, Buffer.from(files.get(before)!.replaceAll(chunk, (found) => names.get(found)!))] as const
  })
  return new Map(written)
}

/** The licences of what the program is made of, as one text. */
export function licencesOfBundle(): string {
  const { metafile } = buildSync({ ...OPTIONS, outdir: FOLDER, write: false, metafile: true })
  return licencesOf(Object.keys(metafile.inputs), FOLDER)
}
