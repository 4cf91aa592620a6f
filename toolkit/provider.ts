import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AntipodeError } from '../runtime/model/errors.ts'
import { type CommandContext, flag } from './command.ts'

interface Installed {
  readonly mirror: string
  readonly folder: string
  readonly version: string
}

interface Released {
  readonly directory: string
  readonly version: string
  readonly platforms: readonly string[]
  readonly keyFile: string
  readonly keyId: string
  readonly isNewKey: boolean
}

interface ImportSource {
  readonly server: string
  readonly token: string | null
  readonly group: string | null
}

/** What the room of the Terraform provider offers people. */
export interface ProviderRoom {
  readonly defaultMirror: () => string
  readonly installProvider: (mirror: string, executable?: boolean) => Promise<Installed>
  readonly packProvider: (
    mirror: string,
    executable?: boolean,
  ) => Promise<Installed & { readonly platforms: readonly string[] }>
  readonly releaseProvider: (options: {
    readonly directory: string
    readonly keyFile: string
    readonly passphrase?: string
    readonly executable?: boolean
  }) => Promise<Released>
  readonly importBlocks: (source: ImportSource, signal: AbortSignal) => Promise<{ count: number; text: string }>
}

/** `provider`: the Terraform provider of this package. */
export function addProviderCommands(
  program: Command,
  context: CommandContext,
  { room }: { readonly room: () => Promise<ProviderRoom> },
): void {
  const executable = () => flag('--executable', 'for this platform one program that needs no Node')
  const provider = program
    .command('provider')
    .summary('the Terraform provider antipode/antipode')
    .addHelpText('after', '\nExample:\n  antipode provider install')

  provider
    .command('install')
    .summary('put it where Terraform finds it')
    .description(
      'Writes the Terraform provider for this machine into a filesystem mirror. In ~/.terraform.d/plugins, where it goes ' +
        'if nothing is said, Terraform looks by itself; another folder is named in the provider_installation of a CLI ' +
        'configuration file.',
    )
    .addOption(flag('--dir <folder>', 'the root of the mirror; ~/.terraform.d/plugins if none is named'))
    .addOption(executable())
    .addHelpText('after', '\nExample:\n  antipode provider install --dir /srv/terraform-mirror')
    .action(async ({ dir, executable }: { readonly dir?: string; readonly executable?: true }) => {
      const { defaultMirror, installProvider } = await room()
      const mirror = dir === undefined ? defaultMirror() : resolve(context.cwd, dir)
      const installed = await installProvider(mirror, executable)
      context.result(installed)
      context.say(`antipode/antipode ${installed.version} is in ${installed.folder}`)
      if (dir === undefined) return
      context.say('Terraform finds it with this in ~/.terraformrc, or in the file that TF_CLI_CONFIG_FILE names:')
      context.say(
        `  provider_installation {\n    filesystem_mirror {\n      path = ${JSON.stringify(installed.mirror)}\n    }\n  }`,
      )
    })

  provider
    .command('pack')
    .summary('write a mirror for other machines')
    .description(
      'Writes the Terraform provider for Linux and macOS as a network mirror, to be served over HTTPS; named as a ' +
        'filesystem mirror it works as well. It runs by the Node on the PATH of the machine, 22.18 or newer.',
    )
    .addOption(flag('--dir <folder>', 'the root of the mirror').default('terraform-mirror'))
    .addOption(executable())
    .addHelpText('after', '\nExample:\n  antipode provider pack --dir /srv/terraform-mirror')
    .action(async ({ dir, executable }: { readonly dir: string; readonly executable?: true }) => {
      const { packProvider } = await room()
      const packed = await packProvider(resolve(context.cwd, dir), executable)
      context.result(packed)
      context.say(`antipode/antipode ${packed.version} is in ${packed.folder} for ${packed.platforms.join(', ')}`)
    })

  provider
    .command('release')
    .summary('sign it into a registry')
    .description(
      'Writes this version of the Terraform provider, signed, into a folder laid out as a provider registry. A control ' +
        'plane serves it (antipode.provider_registry in its config.yaml), or any web server, over HTTPS. The OpenPGP key ' +
        'is made where its file is not there: keep it, users of the registry see its id.',
    )
    .addOption(flag('--dir <folder>', 'the root of the registry').default('provider-registry'))
    .addOption(flag('--signing-key <file>', 'the private key, ASCII-armoured').default('provider-signing-key.asc'))
    .addOption(flag('--passphrase <text>', 'of the key, where it has one'))
    .addOption(executable())
    .addHelpText('after', '\nExample:\n  antipode provider release --dir /srv/provider-registry')
    .action(async ({ dir, signingKey, passphrase, executable }: ReleaseFlags) => {
      const { releaseProvider } = await room()
      const released = await releaseProvider({
        directory: resolve(context.cwd, dir),
        keyFile: resolve(context.cwd, signingKey),
        ...(passphrase !== undefined && { passphrase }),
        ...(executable && { executable }),
      })
      context.result(released)
      const { version, keyId, keyFile, isNewKey } = released
      if (isNewKey) context.say(`${keyFile} is the new key that releases are signed with; keep it safe`)
      context.say(`antipode/antipode ${version} is in ${released.directory}, signed by ${keyId}`)
    })

  provider
    .command('import')
    .summary('write import blocks for all that a control plane holds')
    .description(
      'Writes a file with an import block for each resource that a control plane holds. Terraform then writes the ' +
        'configuration: terraform plan -generate-config-out=gateway.tf.',
    )
    .addOption(flag('--server <url>', "the control plane's Admin API").default('http://127.0.0.1:9180'))
    .addOption(flag('--admin-key <key>', "an administrator's key of it"))
    .addOption(flag('--group <name>', 'the gateway group; default if none is named'))
    .addOption(flag('--out <file>', 'where the blocks go').default('imports.tf'))
    .addHelpText('after', '\nExample:\n  antipode provider import --server https://admin.example:9180')
    .action(async ({ server, adminKey, group, out }: ImportFlags) => {
      const { importBlocks } = await room()
      const { count, text } = await importBlocks(
        { server, token: adminKey ?? null, group: group ?? null },
        context.signal,
      )
      const file = resolve(context.cwd, out)
      // Somebody's own file may have that name.
      await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        const reason = error.code === 'EEXIST' ? 'it is there already; name another with --out' : error.message
        throw new AntipodeError('USAGE', { reason: `${file}: ${reason}` })
      })
      context.result({ file, count })
      context.say(`${count} import blocks are in ${file}; terraform plan -generate-config-out=gateway.tf goes on`)
    })
}

interface ReleaseFlags {
  readonly dir: string
  readonly signingKey: string
  readonly passphrase?: string
  readonly executable?: true
}

interface ImportFlags {
  readonly server: string
  readonly adminKey?: string
  readonly group?: string
  readonly out: string
}
