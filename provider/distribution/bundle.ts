import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
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

/**
 * The provider as one file that needs Node and nothing else; what is not needed to begin is evaluated later. It is CommonJS
 * because an `import` of Node's own modules looks at all that they export, and so loads what nobody needs, such as `fetch`,
 * at each of the three starts of a plan. The same sources and packages give the same bytes on any machine.
 *
 * @param extension of the sources: `.ts` in a checkout, `.js` where the package is installed
 * @param main what begins, from this room on. @default its main file
 */
export async function bundleProvider(extension: string, main = `./main${extension}`): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...{ absWorkingDir: FOLDER, entryPoints: [main], plugins: [modelAsJson] },
    ...{ bundle: true, format: 'cjs', platform: 'node', target: 'node22', minify: true },
    ...{ keepNames: true, legalComments: 'none', tsconfigRaw: '{}', logLevel: 'silent', write: false },
  })
  return outputFiles[0]!.contents
}
