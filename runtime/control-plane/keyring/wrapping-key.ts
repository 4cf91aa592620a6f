import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AntipodeError } from '../../model/errors.ts'
import type { KeySource } from '../../model/keyring-settings.ts'

const LENGTH = 32
const IV = 12
const TAG = 16

/** A key that is kept outside the database and wraps the database's own: 32 bytes, used with AES-256-GCM. */
export class WrappingKey {
  /** Made of the key itself, so that a wrong key is known as another one. */
  readonly id: string
  /** For people: `file /run/secrets/keyring`. */
  readonly place: string
  readonly #key: Buffer

  /** @throws AntipodeError KEYRING_INVALID */
  static async read(source: KeySource, env: NodeJS.ProcessEnv): Promise<WrappingKey> {
    const place = placeOf(source)
    const invalid = (reason: string) => new AntipodeError('KEYRING_INVALID', { place, reason })
    const text =
      'env' in source
        ? env[source.env]
        : await readFile(source.file, 'utf8').catch((error: Error) => {
            throw invalid(error.message)
          })
    if (!text?.trim()) throw invalid('there is none')
    const key = keyOf(text.trim())
    if (!key) throw invalid(`it must be ${LENGTH} bytes, as 64 hex digits or in base64`)
    return new WrappingKey(key, place)
  }

  private constructor(key: Buffer, place: string) {
    this.#key = key
    this.place = place
    this.id = createHash('sha256').update('antipode keyring key').update(key).digest('hex').slice(0, 16)
  }

  wrap(id: string, dataKey: Buffer): string {
    const iv = randomBytes(IV)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(purposeOf(id))
    return Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]).toString('base64')
  }

  /** @throws where it was wrapped by another key, for another id, or was changed since */
  unwrap(id: string, wrapped: string): Buffer {
    const bytes = Buffer.from(wrapped, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV), { authTagLength: TAG })
    decipher.setAAD(purposeOf(id)).setAuthTag(bytes.subarray(-TAG))
    return Buffer.concat([decipher.update(bytes.subarray(IV, -TAG)), decipher.final()])
  }
}

function placeOf(source: KeySource): string {
  return 'env' in source ? `variable ${source.env}` : `file ${source.file}`
}

function keyOf(text: string): Buffer | undefined {
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  return key.length === LENGTH && (/^[0-9a-f]{64}$/i.test(text) || /^[A-Za-z0-9+/_-]{43}=?$/.test(text))
    ? key
    : undefined
}

function purposeOf(id: string): Buffer {
  return Buffer.from(`antipode data key ${id}`)
}
