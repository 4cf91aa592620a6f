import { Client } from 'pg'

/** A connection for work that takes as long as it takes: the limits that guard the control plane's own do not hold. */
export async function withSession<T>(
  database: string,
  purpose: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: database,
    application_name: `antipode ${purpose}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // An error that ends the connection also rejects the query under way, which tells the caller.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(NO_LIMITS)
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Those that this server knows: `transaction_timeout` came with PostgreSQL 17. */
const NO_LIMITS = `
SELECT set_config(name, '0', false) FROM pg_settings
WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`
