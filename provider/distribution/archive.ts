import { extname } from 'node:path'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { BUNDLE, bundleProvider } from './bundle.ts'
import { buildExecutable } from './executable.ts'
import { FLAGS, PLATFORM } from './install.ts'
import { zip } from './zip.ts'

/** The provider for one platform, as mirrors and registries hold it. */
export interface Archive {
  /** As Go names them: `linux_amd64`. */
  readonly platform: string
  /** `terraform-provider-antipode_0.1.0_linux_amd64.zip` */
  readonly name: string
  readonly contents: Uint8Array
}

/** Those that have a shell, and a Node that runs the bundle. */
const PLATFORMS = ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'] as const

/**
 * The provider for every platform, run by the Node on the PATH there.
 *
 * @param executable the one for this platform brings its Node along
 */
export async function archives(executable = false): Promise<Archive[]> {
  const program = `#!/bin/sh\nexec "\${ANTIPODE_NODE:-node}" ${FLAGS} "\${0%/*}/${BUNDLE}"\n`
  const files = [...(await bundleProvider(extname(import.meta.url)))].map(([name, contents]) => ({ name, contents }))
  const start = { name: programName(), contents: Buffer.from(program), executable: true }
  const script = zip([...files.toSorted((a, b) => (a.name < b.name ? -1 : 1)), start])
  const whole = executable ? zip([{ ...start, contents: await buildExecutable() }]) : script
  const platforms = [...new Set([...PLATFORMS, PLATFORM])].sort()
  return platforms.map((platform) => {
    return { platform, name: archiveName(platform), contents: platform === PLATFORM ? whole : script }
  })
}

export function archiveName(platform: string): string {
  return `terraform-provider-antipode_${RUNTIME_VERSION}_${platform}.zip`
}

/** What Terraform starts. */
export function programName(): string {
  return `terraform-provider-antipode_v${RUNTIME_VERSION}`
}
