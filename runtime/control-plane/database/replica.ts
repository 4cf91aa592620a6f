import type { Client } from 'pg'
import { isSubscriber, LogicalReplica } from './logical-replica.ts'
import { PhysicalReplica } from './physical-replica.ts'

/** What a database that follows another says of itself. */
export interface ReplicaDetails {
  /** How far it is in the log of the database that it follows. */
  readonly lsn: string | null
  /** Bytes that have arrived and are not shown yet. */
  readonly behind: number
  /** Connected to the database that it follows. */
  readonly streaming: boolean
  readonly systemIdentifier: string
}

/** A database that follows another one: what it shows, how it is, and how it comes to stand by itself. */
export interface Replica {
  /** Undefined once it follows no other any more. */
  details(): Promise<ReplicaDetails | undefined>
  /** Whether everything that came with the newest revision row, and before it, is here as well. */
  isWhole(): Promise<boolean>
  /** Whether this role may have it promoted. */
  mayPromote(): Promise<boolean>
  /** Has it follow no more and be written from now on. It may take a moment longer; `details` tells. */
  promote(): Promise<void>
}

/** How this database follows another; undefined where it follows none. */
export async function openReplica(client: Client): Promise<Replica | undefined> {
  const { rows } = await client.query('SELECT pg_is_in_recovery() AS recovery')
  if (rows[0].recovery) return new PhysicalReplica(client)
  return (await isSubscriber(client)) ? new LogicalReplica(client) : undefined
}

/** Whether this database follows another one, and so is not to be written. */
export async function followsAnother(client: Client): Promise<boolean> {
  return (await openReplica(client)) !== undefined
}
