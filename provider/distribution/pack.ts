import { mkdir, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { bundleProvider } from './bundle.ts'
import { FLAGS, PLATFORM, REGISTRY, SOURCE } from './install.ts'
import { zip } from './zip.ts'

/** Those that have a shell, and a Node that runs the bundle. */
const PLATFORMS = ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'] as const

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
 * packed providers, too. The Node that runs it is the one on the PATH there.
 */
export async function packProvider(mirror: string): Promise<Packed> {
  const folder = join(mirror, REGISTRY, SOURCE)
  await mkdir(folder, { recursive: true })
  const program = `#!/bin/sh\nexec "\${ANTIPODE_NODE:-node}" ${FLAGS} "$(dirname "$0")/provider.mjs"\n`
  const files = [...(await bundleProvider(extname(import.meta.url)))].map(([name, contents]) => ({ name, contents }))
  const start = {
    name: `terraform-provider-antipode_v${RUNTIME_VERSION}`,
    contents: Buffer.from(program),
    executable: true,
  }
  const archive = zip([...files.toSorted((a, b) => (a.name < b.name ? -1 : 1)), start])
  const platforms = [...new Set([...PLATFORMS, PLATFORM])].sort()
  const nameOf = (platform: string) => `terraform-provider-antipode_${RUNTIME_VERSION}_${platform}.zip`
  for (const platform of platforms) await writeFile(join(folder, nameOf(platform)), archive)
  const archives = Object.fromEntries(platforms.map((platform) => [platform, { url: nameOf(platform) }]))
  await writeFile(join(folder, 'index.json'), JSON.stringify({ versions: { [RUNTIME_VERSION]: {} } }))
  await writeFile(join(folder, `${RUNTIME_VERSION}.json`), JSON.stringify({ archives }))
  return { mirror, folder, version: RUNTIME_VERSION, platforms }
}
