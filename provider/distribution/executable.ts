import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { bundleWhole } from './bundle.ts'
import { FLAGS } from './install.ts'

const run = promisify(execFile)

/** By this Node finds out whether it carries a program (https://nodejs.org/api/single-executable-applications.html). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const RESOURCE = 'NODE_SEA_BLOB'
const MACHO_SEGMENT = 'NODE_SEA'

/**
 * The provider as a single program for this platform, with this Node in it: whoever runs it needs nothing else. 108 MB on
 * Linux; 125 MB where there is no `strip`, which takes debugging symbols away.
 *
 * @throws AntipodeError PACKAGE_MISSING
 */
export async function buildExecutable(): Promise<Uint8Array> {
  const injector = findInjector()
  const folder = await mkdtemp(join(tmpdir(), 'antipode-provider-'))
  try {
    const inFolder = (name: string) => join(folder, name)
    const [main, output, settings, program] = ['provider.cjs', 'provider.blob', 'settings.json', 'program'].map(
      inFolder,
    )
    await writeFile(main!, await bundleWhole(extname(import.meta.url)))
    const options = { main, output, disableExperimentalSEAWarning: true, execArgv: FLAGS.split(' ') }
    await writeFile(settings!, JSON.stringify(options))
    await run(process.execPath, ['--experimental-sea-config', settings!])
    await copyFile(process.execPath, program!)
    await chmod(program!, 0o755)
    await prepare(program!)
    // In a process of its own: it holds the program several times, and warns of what does no harm.
    const where = ['--sentinel-fuse', FUSE, '--macho-segment-name', MACHO_SEGMENT]
    await run(process.execPath, [injector, program!, RESOURCE, output!, ...where])
    if (process.platform === 'darwin') await run('codesign', ['--sign', '-', program!])
    return await readFile(program!)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Before anything is injected: afterwards `strip` would take that away, and a signature would not hold. */
async function prepare(program: string): Promise<void> {
  if (process.platform === 'darwin') await run('codesign', ['--remove-signature', program])
  // Without one it is larger, and runs all the same.
  else await run('strip', [program]).catch(() => undefined)
}

function findInjector(): string {
  try {
    return createRequire(import.meta.url).resolve('postject/dist/cli.js')
  } catch (cause) {
    throw new AntipodeError('PACKAGE_MISSING', { package: 'postject', use: 'a single executable' }, { cause })
  }
}
