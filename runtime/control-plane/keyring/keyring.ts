import type { ClientBase } from 'pg'
import { AntipodeError } from '../../model/errors.ts'
import type { KeySource } from '../../model/keyring-settings.ts'
import { DataKey, sealedBy } from './data-key.ts'
import { WrappingKey } from './wrapping-key.ts'

/**
 * What seals the values of a database, and opens them.
 *
 * Values are sealed with a data key, which is in the database; it is wrapped by a key that is not (envelope encryption).
 * Everything is done in this process: a value that is written or read costs no further round trip. Without a wrapping
 * key and without a data key nothing is sealed. A database that has data keys is never used without them.
 */
export class Keyring {
  readonly #wrapping: readonly WrappingKey[]
  readonly #known = new Map<string, DataKey>()
  #current: DataKey | undefined

  /**
   * @param sources the first wraps new data keys; none seals nothing
   * @throws AntipodeError KEYRING_INVALID
   */
  static async open(sources: readonly KeySource[], env: NodeJS.ProcessEnv): Promise<Keyring> {
    return new Keyring(await Promise.all(sources.map((source) => WrappingKey.read(source, env))))
  }

  constructor(wrapping: readonly WrappingKey[]) {
    this.#wrapping = wrapping
  }

  get wrappingKeys(): readonly WrappingKey[] {
    return this.#wrapping
  }

  /** The id of the data key that seals; null where nothing is sealed. */
  get current(): string | null {
    return this.#current?.id ?? null
  }

  /** @param place what the text is the value of, as `routes/1`; only there it can be opened */
  seal(place: string, text: string): string {
    return this.#current ? this.#current.seal(place, text) : text
  }

  /** @throws AntipodeError KEYRING_DAMAGED, KEYRING_KEY_MISSING: see `prepare` */
  open(place: string, text: string): string {
    const id = sealedBy(text)
    if (id === undefined) return text
    const key = this.#known.get(id)
    if (!key) throw this.#missing(id, 'of which nothing is known')
    return key.open(place, text)
  }

  /** Learns the data keys that these texts need and that are not known yet. */
  async prepare(client: ClientBase, texts: Iterable<string | null>): Promise<void> {
    for (const text of texts) {
      const id = text === null ? undefined : sealedBy(text)
      if (id === undefined || this.#known.has(id)) continue
      await this.learn(client)
      return
    }
  }

  /**
   * Learns all data keys that the database has; the newest seals from now on.
   *
   * @throws AntipodeError KEYRING_KEY_MISSING where the key is not there that wrapped one: nothing is learnt
   */
  async learn(client: ClientBase): Promise<void> {
    const { rows: tables } = await client.query(`SELECT to_regclass('antipode.data_key') IS NOT NULL AS exists`)
    if (!tables[0].exists) return
    const { rows } = await client.query<{ id: string; wrapped_by: string; wrapped: string }>(
      'SELECT id, wrapped_by, wrapped FROM antipode.data_key ORDER BY number',
    )
    const keys = rows.map(({ id, wrapped_by, wrapped }) => this.#known.get(id) ?? this.#unwrap(id, wrapped_by, wrapped))
    for (const key of keys) this.#known.set(key.id, key)
    this.#current = keys.at(-1) ?? this.#current
  }

  /**
   * As the leader: learns the data keys, and makes the first where there is none. What the database holds without one
   * is sealed by and by; see ReEncryption.
   */
  async begin(client: ClientBase): Promise<void> {
    await this.learn(client)
    if (this.#current || this.#wrapping.length === 0) return
    await this.addDataKey(client)
    await this.learn(client)
  }

  /** Makes a data key and stores it, wrapped by the first of the wrapping keys. */
  async addDataKey(client: ClientBase): Promise<{ readonly id: string; readonly wrappedBy: string }> {
    const [wrapping] = this.#wrapping
    if (!wrapping) throw new AntipodeError('KEYRING_REFUSED', { reason: 'antipode.keyring names no key' })
    const { id, secret } = DataKey.create()
    await client.query('INSERT INTO antipode.data_key (id, wrapped_by, wrapped) VALUES ($1, $2, $3)', [
      id,
      wrapping.id,
      wrapping.wrap(id, secret),
    ])
    return { id, wrappedBy: wrapping.id }
  }

  #unwrap(id: string, wrappedBy: string, wrapped: string): DataKey {
    const wrapping = this.#wrapping.find((key) => key.id === wrappedBy)
    if (!wrapping) throw this.#missing(id, wrappedBy)
    try {
      return new DataKey(id, wrapping.unwrap(id, wrapped))
    } catch (error) {
      const reason = 'it was not wrapped by this key, or was changed'
      throw new AntipodeError('KEYRING_DAMAGED', { place: `data key ${id}`, id: wrappedBy, reason }, { cause: error })
    }
  }

  #missing(id: string, key: string): AntipodeError {
    const places = this.#wrapping.map(({ id, place }) => `${place} (key ${id})`).join(', ')
    const where = places || 'antipode.keyring.keys, which names none'
    return new AntipodeError('KEYRING_KEY_MISSING', { id, key, places: where })
  }
}

/** Where nothing is sealed. */
export const NO_KEYRING = new Keyring([])
