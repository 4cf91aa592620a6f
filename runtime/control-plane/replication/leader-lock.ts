import { isIP, type Socket } from 'node:net'
import type { Endpoint } from '../../model/runtime-config.ts'
import type { Connection } from '../database/connection.ts'
import { LOCKS } from '../database/migrations.ts'

/** What looking for the leader found. `address` is the leader's sync listener, `host:port`; null while nobody leads. */
export type Election = { readonly leads: true } | { readonly leads: false; readonly address: string | null }

const CANDIDATE = 'antipode candidate '

/**
 * Names this connection after the sync listener of its control plane, so that whoever does not get the leader's lock
 * reads in the database itself where the leader is: on a replica nothing could be written down.
 */
export async function announceCandidate({ client }: Connection, address: string): Promise<void> {
  await client.query(`SELECT set_config('application_name', $1, false)`, [`${CANDIDATE}${address}`])
}

/** Takes the leader's lock for as long as the connection lasts, or tells who holds it. */
export async function runForLeader({ client }: Connection): Promise<Election> {
  const { rows } = await client.query({ name: 'run-for-leader', text: ELECTION, values: [LOCKS.leader] })
  if (rows[0].leads) return { leads: true }
  const name: string | null = rows[0].leader
  return { leads: false, address: name?.startsWith(CANDIDATE) ? name.slice(CANDIDATE.length) : null }
}

/**
 * Where the other control planes of the region reach this one: the address that it is bound to, or, bound to all, the
 * one that its way to the database starts from.
 */
export function advertisedAddress(listen: Endpoint, connection: Connection): string {
  const { stream } = (connection.client as unknown as { connection: { stream: Socket } }).connection
  const ip = listen.ip === '0.0.0.0' || listen.ip === '::' ? (stream.localAddress ?? '127.0.0.1') : listen.ip
  return `${isIP(ip) === 6 ? `[${ip}]` : ip}:${listen.port}`
}

/** A lock of one 64-bit key shows its halves as `classid` and `objid`, with `objsubid` 1. */
const ELECTION = `
SELECT pg_try_advisory_lock($1::bigint) AS leads,
       (SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objsubid = 1
          AND classid::bigint = $1::bigint >> 32 AND objid::bigint = $1::bigint & 4294967295
          AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        LIMIT 1) AS leader`
