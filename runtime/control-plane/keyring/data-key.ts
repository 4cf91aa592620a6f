import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { AntipodeError } from '../../model/errors.ts'

/** How sealed text begins. No JSON text begins so, which tells one from the other. */
const PREFIX = 'antipode:1:'
const SEALED = /^antipode:1:([0-9a-f]{16}):/

const LENGTH = 32
const SALT = 16
const IV = 12
const TAG = 16

/**
 * Texts sealed with one derived key. Random IVs may repeat with a chance of 2^-32 after 2^32 of them
 * (NIST SP 800-38D, section 8.3); this stays far below.
 */
const TEXTS_A_SALT = 2 ** 24
/** Each process that ever wrote has a salt of its own. */
const SALTS_KEPT = 10_000

/** The id of the data key that sealed a text; undefined where it is not sealed. */
export function sealedBy(text: string): string | undefined {
  return SEALED.exec(text)?.[1]
}

/** How everything begins that a data key seals. */
export function prefixOf(id: string): string {
  return `${PREFIX}${id}:`
}

/**
 * A key that a database's values are sealed with. Sealed text is `antipode:1:<key id>:<base64>`; its bytes are a salt,
 * an IV, the text under AES-256-GCM, and the tag. The key in use is derived from the salt (HKDF-SHA-256), which is each
 * process's own, so that no number of texts wears the key out. The place that a text is for is authenticated with it:
 * moved elsewhere it cannot be opened.
 */
export class DataKey {
  readonly id: string
  /** The 32 bytes. */
  readonly secret: Buffer
  readonly #derived = new Map<string, Buffer>()
  #salt: Buffer = randomBytes(SALT)
  #key: Buffer
  #sealed = 0

  static create(): DataKey {
    return new DataKey(randomBytes(8).toString('hex'), randomBytes(LENGTH))
  }

  constructor(id: string, secret: Buffer) {
    this.id = id
    this.secret = secret
    this.#key = this.#derive(this.#salt)
  }

  seal(place: string, text: string): string {
    if (++this.#sealed >= TEXTS_A_SALT) {
      this.#sealed = 0
      this.#salt = randomBytes(SALT)
      this.#key = this.#derive(this.#salt)
    }
    const iv = randomBytes(IV)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(place))
    const bytes = Buffer.concat([this.#salt, iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return prefixOf(this.id) + bytes.toString('base64')
  }

  /** @throws AntipodeError KEYRING_DAMAGED */
  open(place: string, sealed: string): string {
    try {
      const bytes = Buffer.from(sealed.slice(prefixOf(this.id).length), 'base64')
      const key = this.#derivedFrom(bytes.subarray(0, SALT))
      const iv = bytes.subarray(SALT, SALT + IV)
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG })
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG))
      return decipher.update(bytes.subarray(SALT + IV, -TAG), undefined, 'utf8') + decipher.final('utf8')
    } catch (error) {
      const reason = 'it was changed, or belongs elsewhere'
      throw new AntipodeError('KEYRING_DAMAGED', { place, id: this.id, reason }, { cause: error })
    }
  }

  #derivedFrom(salt: Buffer): Buffer {
    const name = salt.toString('latin1')
    let key = this.#derived.get(name)
    if (!key) {
      if (this.#derived.size >= SALTS_KEPT) this.#derived.clear()
      key = this.#derive(salt)
      this.#derived.set(name, key)
    }
    return key
  }

  #derive(salt: Buffer): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, salt, 'antipode sealed text', LENGTH))
  }
}
