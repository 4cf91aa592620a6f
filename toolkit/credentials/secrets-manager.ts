import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { SecretPlace, SecretStore } from './secret-store.ts'

/**
 * AWS Secrets Manager, in every region of a deployment. Credentials and endpoints are those that the SDK finds, as the
 * AWS command line does.
 */
export class SecretsManager implements SecretStore {
  readonly #clients = new Map<string, SecretsManagerClient>()

  async read(place: SecretPlace): Promise<string | undefined> {
    const client = this.#client(place.region)
    // An empty secret and one that does not exist are refused alike when their value is asked for.
    await this.#call(place, () => client.send(new DescribeSecretCommand({ SecretId: place.name })))
    return this.#call(place, async () => {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: place.name }))).SecretString
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined
        throw error
      }
    })
  }

  async write(place: SecretPlace, value: string): Promise<void> {
    const command = new PutSecretValueCommand({ SecretId: place.name, SecretString: value })
    await this.#call(place, () => this.#client(place.region).send(command))
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy()
  }

  #client(region: string): SecretsManagerClient {
    const known = this.#clients.get(region)
    if (known) return known
    const client = new SecretsManagerClient({ region })
    this.#clients.set(region, client)
    return client
  }

  async #call<T>(place: SecretPlace, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      const reason =
        error instanceof ResourceNotFoundException
          ? `it is not there; apply the foundation stack of ${place.region} first`
          : error instanceof Error
            ? error.message || error.name
            : String(error)
      throw new AntipodeError('SECRETS_UNREACHABLE', { ...place, reason }, { cause: error })
    }
  }
}
