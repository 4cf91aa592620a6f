import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { PROTOCOL_VERSION } from '../framework/plugin/handshake.ts'
import { type Archive, archives } from './archive.ts'
import { SOURCE } from './install.ts'
import { openSigningKey, type SigningKey } from './signing-key.ts'

const PROTOCOLS = [`${PROTOCOL_VERSION}.0`]
const PREFIX = `terraform-provider-antipode_${RUNTIME_VERSION}`

export interface ReleaseOptions {
  /** The root of the registry: other versions in it stay. */
  readonly directory: string
  /** The private key that signs, in ASCII armour; made where it is not there. */
  readonly keyFile: string
  /** Of the key. @default it has none */
  readonly passphrase?: string
  /** The one for this platform brings its Node along. @default false */
  readonly executable?: boolean
}

export interface Released {
  readonly directory: string
  readonly version: string
  readonly platforms: readonly string[]
  readonly keyFile: string
  readonly keyId: string
  /** Whether the key was made just now. */
  readonly isNewKey: boolean
}

/**
 * Writes this version of the provider, signed, into a registry of files
 * (https://developer.hashicorp.com/terraform/internals/provider-registry-protocol): the folder is laid out as the
 * protocol's addresses are, so that a control plane, or any web server, serves it as it is. A version's own folder also
 * holds what a release on GitHub needs for the public registry.
 *
 * What is released does not change: the lock files of users hold its checksums.
 *
 * @throws AntipodeError USAGE
 */
export async function releaseProvider(options: ReleaseOptions): Promise<Released> {
  const { directory, keyFile, passphrase, executable = false } = options
  if (!relative(directory, keyFile).startsWith(`..${sep}`)) {
    const reason = `${keyFile} would be handed out with the registry; keep the key outside of ${directory}`
    throw new AntipodeError('USAGE', { reason })
  }
  const packed = await archives(executable)
  const manifest = JSON.stringify({ version: 1, metadata: { protocol_versions: PROTOCOLS } })
  const files = [
    ...packed.map(({ name, contents }) => ({ name, contents })),
    { name: `${PREFIX}_manifest.json`, contents: Buffer.from(manifest) },
  ]
  const sums = files.map(({ name, contents }) => `${sha256(contents)}  ${name}\n`).join('')
  const root = join(directory, 'v1', 'providers', SOURCE)
  const folder = join(root, RUNTIME_VERSION)
  await demandSame(join(folder, `${PREFIX}_SHA256SUMS`), sums)
  const key = await openSigningKey(keyFile, passphrase)
  const signature = await key.sign(Buffer.from(sums))
  for (const { name, contents } of files) await write(join(folder, name), contents)
  await write(join(folder, `${PREFIX}_SHA256SUMS`), sums)
  await write(join(folder, `${PREFIX}_SHA256SUMS.sig`), signature)
  for (const archive of packed) {
    const { os, arch } = partsOf(archive)
    await write(join(folder, 'download', os, arch), JSON.stringify(downloadOf(archive, key)))
  }
  // Last, so that whatever is named is there.
  await write(join(root, 'versions'), JSON.stringify({ versions: await versionsWith(join(root, 'versions'), packed) }))
  await write(join(directory, '.well-known', 'terraform.json'), JSON.stringify({ 'providers.v1': '/v1/providers/' }))
  return {
    ...{ directory, version: RUNTIME_VERSION, platforms: packed.map(({ platform }) => platform) },
    ...{ keyFile, keyId: key.id, isNewKey: key.isNew },
  }
}

/** Addresses are relative to `<version>/download/<os>/<arch>`. */
function downloadOf(archive: Archive, { id, publicKey }: SigningKey): object {
  return {
    ...{ protocols: PROTOCOLS, ...partsOf(archive), filename: archive.name },
    download_url: `../../${archive.name}`,
    shasums_url: `../../${PREFIX}_SHA256SUMS`,
    shasums_signature_url: `../../${PREFIX}_SHA256SUMS.sig`,
    shasum: sha256(archive.contents),
    signing_keys: { gpg_public_keys: [{ key_id: id, ascii_armor: publicKey }] },
  }
}

interface ListedVersion {
  readonly version: string
}

async function versionsWith(file: string, packed: readonly Archive[]): Promise<ListedVersion[]> {
  const there = JSON.parse((await textOf(file)) ?? '{"versions":[]}') as { versions: ListedVersion[] }
  const others = there.versions.filter(({ version }) => version !== RUNTIME_VERSION)
  const own = { version: RUNTIME_VERSION, protocols: PROTOCOLS, platforms: packed.map(partsOf) }
  return [...others, own]
}

async function demandSame(file: string, sums: string): Promise<void> {
  const there = await textOf(file)
  if (there === undefined || there === sums) return
  const reason = `${RUNTIME_VERSION} is released in ${dirname(file)} with other contents; a version never changes, so that checksums in lock files hold`
  throw new AntipodeError('USAGE', { reason })
}

function partsOf({ platform }: Archive): { readonly os: string; readonly arch: string } {
  const [os = '', arch = ''] = platform.split('_')
  return { os, arch }
}

function sha256(contents: Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex')
}

async function write(file: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, contents)
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
