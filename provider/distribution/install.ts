import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { arch, homedir, platform } from 'node:os'
import { extname, join } from 'node:path'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { BUNDLE, bundleProvider } from './bundle.ts'

/** As configurations name it, with the registry that Terraform puts in front. */
export const SOURCE = 'antipode/antipode'
export const REGISTRY = 'registry.terraform.io'

/**
 * No threads beside the one that does the work. Flags of V8, such as for a smaller heap, would cost more than they save:
 * with any of them Node compiles its own modules anew, which takes 20 ms at each of the three starts of a plan.
 */
export const FLAGS = '--v8-pool-size=0'

/** This machine, as Go, and so Terraform, names systems and processors. */
export const PLATFORM = `${platform() === 'win32' ? 'windows' : platform()}_${{ x64: 'amd64', ia32: '386' }[arch() as string] ?? arch()}`

export interface Installed {
  /** The root of the mirror. */
  readonly mirror: string
  /** Where the provider is in it. */
  readonly folder: string
  readonly version: string
}

/** Where Terraform looks by itself. */
export function defaultMirror(): string {
  return join(homedir(), '.terraform.d', 'plugins')
}

/**
 * Writes the provider for this machine into a filesystem mirror
 * (https://developer.hashicorp.com/terraform/cli/config/config-file#explicit-installation-method-configuration), unpacked: a
 * script that starts this Node, and what it runs.
 *
 * @param executable one program instead, which brings its Node along
 */
export async function installProvider(mirror: string = defaultMirror(), executable = false): Promise<Installed> {
  const folder = join(mirror, REGISTRY, SOURCE, RUNTIME_VERSION, PLATFORM)
  // What a former install left is no part of this one.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const program = join(folder, `terraform-provider-antipode_v${RUNTIME_VERSION}`)
  if (executable) {
    const { buildExecutable } = await import('./executable.ts')
    await writeFile(program, await buildExecutable())
  } else {
    for (const [name, contents] of await bundleProvider(extname(import.meta.url))) {
      await writeFile(join(folder, name), contents)
    }
    await writeFile(program, startScript(process.execPath))
  }
  await chmod(program, 0o755)
  return { mirror, folder, version: RUNTIME_VERSION }
}

/** Terraform may reach it by a link, and starts it in the folder of the configuration. */
function startScript(node: string): string {
  return `#!/bin/sh\nexec '${node.replaceAll("'", `'\\''`)}' ${FLAGS} "\${0%/*}/${BUNDLE}"\n`
}
