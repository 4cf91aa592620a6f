import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleProvider } from '../provider/distribution/bundle.ts'
import { installProvider } from '../provider/distribution/install.ts'

/** Writes the provider of `do-nothing-provider.ts` into a mirror, in the place of the real one and with its schema. */
export async function installDoNothingProvider(mirror: string): Promise<void> {
  const { folder } = await installProvider(mirror)
  for (const name of (await bundleProvider('.ts')).keys()) await rm(join(folder, name))
  const bundle = await bundleProvider('.ts', '../bench/do-nothing-provider.ts')
  for (const [name, contents] of bundle) await writeFile(join(folder, name), contents)
}
