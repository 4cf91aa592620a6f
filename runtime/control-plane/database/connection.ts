import { Client } from 'pg'

/** A query that has not answered by then is taken for lost: the server is frozen, or the path to it is cut. */
const QUERY_TIMEOUT = 2_000
const CONNECT_TIMEOUT = 2_000

/**
 * A connection of its own, dead for good after its first broken query. `lost` rejects when it ends; whoever holds the
 * connection races its work against it.
 */
export interface Connection {
  readonly client: Client
  readonly lost: Promise<never>
  close(): Promise<void>
}

/**
 * Connects as the control plane does everywhere: commits wait for the local disk alone, never for a standby.
 *
 * @param queryTimeout milliseconds
 */
export async function connect(
  connectionString: string,
  purpose: string,
  queryTimeout = QUERY_TIMEOUT,
): Promise<Connection> {
  const client = new Client({
    connectionString,
    application_name: `antipode ${purpose}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: queryTimeout,
    keepAlive: true,
  })
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject)
    client.on('end', () => reject(new Error('the connection to the database was closed')))
  })
  lost.catch(() => {})
  try {
    await client.connect()
    await client.query('SET synchronous_commit = local')
  } catch (error) {
    client.end().catch(() => {})
    throw error
  }
  return {
    client,
    lost,
    // A frozen server never answers a goodbye, so nobody waits for one.
    close: async () => {
      await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, 100).unref())]).catch(() => {})
      ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    },
  }
}

/** True where the server answered with an error, so that the connection and its transaction state are known. */
export function isServerError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'severity' in error && 'code' in error && !/^(57P|08)/.test(String(error.code))
}

/** SQLSTATE 53100. */
export function isDiskFull(error: unknown): boolean {
  return isServerError(error) && error.code === '53100'
}
