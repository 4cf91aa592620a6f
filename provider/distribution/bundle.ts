import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin, transform } from 'esbuild'
import { ENCODED_SCHEMA } from '../encoded-schema.ts'
import { MODEL } from '../schema/model.ts'

const FOLDER = fileURLToPath(new URL('..', import.meta.url))

/** As it is called where it is installed. */
export const BUNDLE = 'provider.cjs'

const SCHEMA = 'schema.bin'
const READ_SCHEMA = `
import { readFileSync } from 'node:fs'
export const ENCODED_SCHEMA = readFileSync(__dirname + '/${SCHEMA}')`
const WRITTEN_SCHEMA = `
export const ENCODED_SCHEMA = Buffer.from('${Buffer.from(ENCODED_SCHEMA).toString('base64')}', 'base64')`

/**
 * Some files are in the bundle as what they say: what they are made of takes longer to load than all the rest.
 *
 * @param schema a module that gives the encoded schema
 */
function madeBefore(schema: string): Plugin {
  return {
    name: 'made-before',
    setup(building) {
      building.onLoad({ filter: /provider[/\\]schema[/\\]model\.[jt]s$/ }, () => ({
        contents: `export const MODEL = ${modelText()}`,
        loader: 'js',
      }))
      building.onLoad({ filter: /provider[/\\]encoded-schema\.[jt]s$/ }, () => ({
        contents: schema,
        loader: 'js',
      }))
    },
  }
}

/** Schemas of resources are read one by one, when they are asked for: most plans are about a few of them. */
function modelText(): string {
  const parsed = (value: unknown) => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`
  const resources = Object.entries(MODEL.resources).map(
    ([type, schema]) => `get ${type}() { return ${parsed(schema)} }`,
  )
  const { resources: _, ...others } = MODEL
  return `{ resources: { ${resources.join()} }, ...${parsed(others)} }`
}

/**
 * Names stay as they are: stacks in logs tell something then, and no function has to be given its name back when it is
 * made, which took a third of the time that the provider took to load.
 */
const SMALLER = { minifyWhitespace: true, minifySyntax: true } as const

/** What `provider.cjs` is made with, whatever else there is. */
const OPTIONS = {
  ...{ absWorkingDir: FOLDER, bundle: true, platform: 'node', target: 'node22' },
  ...{ ...SMALLER, legalComments: 'none', tsconfigRaw: '{}', logLevel: 'silent', write: false },
} as const satisfies BuildOptions

/** What is loaded later is loaded by `require`, too. */
const REQUIRED = { 'dynamic-import': false }

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
    plugins: [madeBefore(READ_SCHEMA)],
  })
  const files = outputFiles.map(async ({ path, text }) => {
    // The bundler splits modules of the newer kind alone.
    const { code } = await transform(text, { format: 'cjs', ...SMALLER, supported: REQUIRED })
    return [path.slice(path.lastIndexOf('/') + 1), Buffer.from(code)] as const
  })
  return new Map([...(await Promise.all(files)), [SCHEMA, ENCODED_SCHEMA] as const])
}

/**
 * The provider as one file of CommonJS, for a program that holds nothing else.
 *
 * @param extension of the sources: `.ts` in a checkout, `.js` where the package is installed
 */
export async function bundleWhole(extension: string): Promise<Uint8Array> {
  const entryPoints = [`./main${extension}`]
  const plugins = [madeBefore(WRITTEN_SCHEMA)]
  const { outputFiles } = await build({ ...OPTIONS, entryPoints, plugins, format: 'cjs', supported: REQUIRED })
  return outputFiles[0]!.contents
}
