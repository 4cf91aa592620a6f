import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { archives } from './archive.ts'
import { REGISTRY, SOURCE } from './install.ts'

export interface Packed {
  /** The root, to be served over HTTPS as a network mirror, or named as a filesystem mirror. */
  readonly mirror: string
  readonly folder: string
  readonly version: string
  readonly platforms: readonly string[]
}

/**
 * Writes the provider for all platforms as a network mirror
 * (https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol), which is a filesystem mirror of
 * packed providers, too.
 *
 * @param executable the one for this platform brings its Node along
 */
export async function packProvider(mirror: string, executable = false): Promise<Packed> {
  const folder = join(mirror, REGISTRY, SOURCE)
  await mkdir(folder, { recursive: true })
  const packed = await archives(executable)
  for (const { name, contents } of packed) await writeFile(join(folder, name), contents)
  const urls = Object.fromEntries(packed.map(({ platform, name }) => [platform, { url: name }]))
  await writeFile(join(folder, 'index.json'), JSON.stringify({ versions: { [RUNTIME_VERSION]: {} } }))
  await writeFile(join(folder, `${RUNTIME_VERSION}.json`), JSON.stringify({ archives: urls }))
  return { mirror, folder, version: RUNTIME_VERSION, platforms: packed.map(({ platform }) => platform) }
}
