import type { RDSClient } from '@aws-sdk/client-rds'
import { AntipodeError } from '../../../runtime/model/errors.ts'

/** Milliseconds. The SDK by itself waits for ever for a region that is lost. */
const IMPATIENT = { connectionTimeout: 3_000, requestTimeout: 20_000 }

/**
 * Clients of RDS, one a region, made when they are first needed. Credentials and endpoints are those that the SDK finds,
 * as the AWS command line does.
 */
export class RegionClients {
  readonly #clients = new Map<string, RDSClient>()

  /** @throws AntipodeError DRIVER_FAILED, but for what `expected` makes of a refusal that is an answer too */
  async call<T>(
    region: string,
    call: (client: RDSClient, sdk: typeof import('@aws-sdk/client-rds')) => Promise<T>,
    expected: (error: Error) => T | undefined = () => undefined,
  ): Promise<T> {
    const sdk = await import('@aws-sdk/client-rds')
    const client = this.#clients.get(region) ?? new sdk.RDSClient({ region, requestHandler: IMPATIENT })
    this.#clients.set(region, client)
    try {
      return await call(client, sdk)
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error))
      const answer = expected(failure)
      if (answer !== undefined) return answer
      const reason = failure.message || failure.name
      throw new AntipodeError('DRIVER_FAILED', { what: `RDS in ${region}`, reason }, { cause: error })
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy()
  }
}
