import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createMessage, decryptKey, generateKey, type PrivateKey, readKey, readPrivateKey, sign } from 'openpgp'
import { AntipodeError } from '../../runtime/model/errors.ts'

/** Terraform's public registry takes no other kind of key. */
const NEW_KEY = { type: 'rsa', rsaBits: 3072 } as const
const HOLDER = { name: 'terraform-provider-antipode' }

/** The OpenPGP key that releases are signed with. */
export interface SigningKey {
  /** 16 hexadecimal digits. */
  readonly id: string
  /** What checks its signatures, in ASCII armour. */
  readonly publicKey: string
  /** Whether it was made just now. */
  readonly isNew: boolean
  /** A detached signature. */
  sign(contents: Uint8Array): Promise<Uint8Array>
}

/**
 * Reads a private key in ASCII armour, such as `gpg --armor --export-secret-keys` writes; makes one where the file is not
 * there.
 *
 * @param passphrase of the key. @default it has none
 * @throws AntipodeError USAGE
 */
export async function openSigningKey(file: string, passphrase?: string): Promise<SigningKey> {
  const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  const armored = stored ?? (await makeKey(file, passphrase))
  const signingKeys = await unlocked(file, armored, passphrase)
  const readable = await readKey({ armoredKey: signingKeys.toPublic().armor() })
  return {
    id: readable.getKeyID().toHex().toUpperCase(),
    publicKey: readable.armor(),
    isNew: stored === undefined,
    async sign(contents) {
      const message = await createMessage({ binary: contents })
      return (await sign({ message, signingKeys, detached: true, format: 'binary' })) as Uint8Array
    },
  }
}

async function makeKey(file: string, passphrase: string | undefined): Promise<string> {
  const { privateKey } = await generateKey({
    ...{ ...NEW_KEY, userIDs: [HOLDER], format: 'armored' },
    ...(passphrase !== undefined && { passphrase }),
  })
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, privateKey, { mode: 0o600, flag: 'wx' })
  return privateKey
}

async function unlocked(file: string, armoredKey: string, passphrase: string | undefined): Promise<PrivateKey> {
  try {
    const privateKey = await readPrivateKey({ armoredKey })
    if (privateKey.isDecrypted()) return privateKey
    if (passphrase === undefined) throw new Error('it is locked; give its passphrase')
    return await decryptKey({ privateKey, passphrase })
  } catch (error) {
    throw new AntipodeError('USAGE', { reason: `${file} is no OpenPGP key to sign with: ${(error as Error).message}` })
  }
}
