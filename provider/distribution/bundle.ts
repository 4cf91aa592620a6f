import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { MODEL } from '../schema/model.ts'

const FOLDER = fileURLToPath(new URL('..', import.meta.url))

/** CommonJS packages ask for Node's own modules in the old way. */
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

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

/**
 * The provider as a few files that need Node and nothing else: `provider.mjs` begins, the others are loaded when they are
 * needed. The same sources and packages give the same bytes on any machine.
 *
 * @param extension of the sources: `.ts` in a checkout, `.js` where the package is installed
 */
export async function bundleProvider(extension: string): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    ...{ absWorkingDir: FOLDER, entryPoints: { provider: `./main${extension}` }, plugins: [modelAsJson] },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node22', minify: true },
    ...{ keepNames: true, legalComments: 'none', tsconfigRaw: '{}', logLevel: 'silent', banner: { js: BANNER } },
    ...{ outdir: 'out', outExtension: { '.js': '.mjs' }, write: false, chunkNames: '[name]-[hash]' },
  })
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/') + 1), contents]))
}
