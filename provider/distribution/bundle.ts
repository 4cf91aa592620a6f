import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin, transform } from 'esbuild'
import { MODEL } from '../schema/model.ts'

const FOLDER = fileURLToPath(new URL('..', import.meta.url))

/** As it is called where it is installed. */
export const BUNDLE = 'provider.cjs'

/** The model is in the bundle as what it says: what it is written with takes longer to load than all the rest. */
const modelAsJson: Plugin = {
  name: 'model-as-json',
  setup(building) {
    building.onLoad({ filter: /provider[/\\]schema[/\\]model\.[jt]s$/ }, () => ({
      contents: `export const MODEL = JSON.parse(${JSON.stringify(JSON.stringify(MODEL))})`,
      loader: 'js',
    }))
  },
}

/** What `provider.cjs` is made with, whatever else there is. */
const OPTIONS = {
  ...{ absWorkingDir: FOLDER, plugins: [modelAsJson], bundle: true, platform: 'node', target: 'node22', minify: true },
  ...{ keepNames: true, legalComments: 'none', tsconfigRaw: '{}', logLevel: 'silent', write: false },
} as const satisfies BuildOptions

/**
 * The provider as a few files that need Node and nothing else: `provider.cjs` begins, the others are loaded when they are
 * needed. They are CommonJS because an `import` of Node's own modules looks at all that they export, and so loads what
 * nobody needs, such as `fetch`, at each of the three starts of a plan. The same sources and packages give the same bytes
 * on any machine.
 *
 * @param extension of the sources: `.ts` in a checkout, `.js` where the package is installed
 * @param main what begins, from this room on. @default its main file
 */
export async function bundleProvider(extension: string, main = `./main${extension}`): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    ...{ ...OPTIONS, entryPoints: { provider: main }, format: 'esm', splitting: true },
    ...{ outdir: 'out', outExtension: { '.js': '.cjs' }, chunkNames: '[name]-[hash]' },
  })
  const files = outputFiles.map(async ({ path, text }) => {
    // The bundler splits modules of the newer kind alone.
    const { code } = await transform(text, { format: 'cjs', minify: true, supported: { 'dynamic-import': false } })
    return [path.slice(path.lastIndexOf('/') + 1), Buffer.from(code)] as const
  })
  return new Map(await Promise.all(files))
}

/**
 * The provider as one file of CommonJS, for a program that holds nothing else.
 *
 * @param extension of the sources: `.ts` in a checkout, `.js` where the package is installed
 */
export async function bundleWhole(extension: string): Promise<Uint8Array> {
  const { outputFiles } = await build({ ...OPTIONS, entryPoints: [`./main${extension}`], format: 'cjs' })
  return outputFiles[0]!.contents
}
