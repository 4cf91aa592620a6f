import { AntipodeError } from '../../model/errors.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import type { Credential } from './credential.ts'

/** One credential that is trusted no more. */
export interface Revocation {
  readonly credential: Credential
  readonly reason: string
  /** ISO 8601. */
  readonly revoked: string
  /** When the credential would have expired, so that it need not be remembered any longer; null where nobody said. */
  readonly expires: string | null
}

/**
 * What was revoked, as the configuration shown here knows it: kept in the replicated store, so that every control plane
 * of the lineage knows it, and none has to write anything to learn of it.
 */
export class Revocations {
  readonly #store: Pick<ConfigurationStore, 'read'>

  constructor(store: Pick<ConfigurationStore, 'read'>) {
    this.#store = store
  }

  /** @throws AntipodeError ANTIPODE_UNAVAILABLE where nothing has been read from the database yet */
  list(): Revocation[] {
    return this.#store
      .read()
      .list('revocations')
      .map(({ value }) => value as unknown as Revocation)
  }

  /**
   * @throws AntipodeError ANTIPODE_REVOKED where one of these was revoked, and as `list` does
   */
  check(credentials: Iterable<Credential>): void {
    const shown = this.#store.read()
    for (const credential of credentials) {
      const value = shown.get('revocations', credential)?.value
      if (value) throw new AntipodeError('ANTIPODE_REVOKED', { credential, reason: value.reason })
    }
  }
}
