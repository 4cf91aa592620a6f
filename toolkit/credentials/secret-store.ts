import type { WantedSecret } from './wanted-secret.ts'

export type SecretPlace = Pick<WantedSecret, 'region' | 'name'>

/** Where a deployment's secrets are kept. */
export interface SecretStore {
  /**
   * Its value, or undefined while it is empty.
   * @throws AntipodeError SECRETS_UNREACHABLE, also where there is no such secret
   */
  read(place: SecretPlace): Promise<string | undefined>
  /** @throws AntipodeError SECRETS_UNREACHABLE */
  write(place: SecretPlace, value: string): Promise<void>
}
