import type { ClientBase } from 'pg'
import pg from 'pg'
import {
  END_SUBSCRIPTION,
  LOGICAL_REPLICATION,
  OWN_TABLE,
  REPLICATED_SCHEMA,
} from '../../../runtime/model/logical-replication.ts'
import { CONTROL_PLANE_ROLE } from './roles.ts'
import { REPLICATION_ROLE } from './server-settings.ts'

/** What a server that publishes, subscribes, or comes to do the other, is told beside the usual. */
export const LOGICAL_SETTINGS = {
  wal_level: 'logical',
  // A worker for what comes, and some that copy tables for the first time.
  max_logical_replication_workers: 8,
  max_sync_workers_per_subscription: 4,
  max_worker_processes: 12,
  // Each first copy of a table takes a slot of its own for as long as it lasts.
  max_replication_slots: 16,
  max_wal_senders: 16,
} as const

export interface Subscription {
  /** As libpq takes it. */
  readonly connection: string
  readonly slot: string
  /** `copy`: everything, and then what is new. `continue`: it holds all there is, and the slot has what comes. */
  readonly begin: 'copy' | 'continue'
}

/**
 * Lets a database be either side of logical replication: who streams from it may read what is copied first, and its
 * control plane may end its subscription without owning it. As administrator, in the control plane's database.
 *
 * Ending names no slot. With one PostgreSQL would have to drop it at the publisher, which is most often dead when a
 * subscriber is promoted; whoever brings that one back drops it there. Workers are stopped before it returns, so that
 * nothing the old publisher still had on the way is applied beside what the new one writes.
 */
export async function prepareForLogicalReplication(client: ClientBase): Promise<void> {
  await client.query(`
    GRANT pg_read_all_data TO ${REPLICATION_ROLE};
    CREATE FUNCTION ${END_SUBSCRIPTION}() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      ALTER SUBSCRIPTION ${LOGICAL_REPLICATION} DISABLE;
      ALTER SUBSCRIPTION ${LOGICAL_REPLICATION} SET (slot_name = NONE);
      DROP SUBSCRIPTION ${LOGICAL_REPLICATION};
    END
    $body$;
    REVOKE EXECUTE ON FUNCTION ${END_SUBSCRIPTION}() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ${END_SUBSCRIPTION}() TO ${CONTROL_PLANE_ROLE};`)
}

/** Publishes every table of the control plane but the one that is about its own database. */
export async function publish(client: ClientBase): Promise<void> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = $1 AND tablename <> $2 ORDER BY tablename`,
    [REPLICATED_SCHEMA, OWN_TABLE],
  )
  const list = tables.map(({ name }) => name).join(', ')
  const { rows } = await client.query('SELECT FROM pg_publication WHERE pubname = $1', [LOGICAL_REPLICATION])
  await client.query(
    rows.length > 0
      ? `ALTER PUBLICATION ${LOGICAL_REPLICATION} SET TABLE ${list}`
      : `CREATE PUBLICATION ${LOGICAL_REPLICATION} FOR TABLE ${list}`,
  )
}

/**
 * Subscribes, and takes the right to write the tables from the control plane's role, which owns them. Workers apply as
 * whoever made the subscription (`run_as_owner`), whose right it stays.
 *
 * - `synchronous_commit`: without it a row shows before it is on disk, and a confirmed write could be lost with power.
 * - `disable_on_error`: with it one broken connection would end the subscription for good; without it, it tries again.
 * - `origin`: changes that came to the publisher from here are not sent back while each subscribes to the other.
 * - `failover`: the slot is for this one subscriber; no standby of the publisher's waits for it, nor makes it wait.
 */
export async function subscribe(client: ClientBase, { connection, slot, begin }: Subscription): Promise<void> {
  const copy = begin === 'copy'
  await takeRightToWrite(client)
  if (copy) await clear(client)
  await client.query(
    `CREATE SUBSCRIPTION ${LOGICAL_REPLICATION} CONNECTION ${pg.escapeLiteral(connection)}
     PUBLICATION ${LOGICAL_REPLICATION} WITH (
       slot_name = ${pg.escapeLiteral(slot)}, create_slot = ${copy}, copy_data = ${copy},
       synchronous_commit = 'local', disable_on_error = false, run_as_owner = true, origin = none,
       failover = false, streaming = off, binary = false
     )`,
  )
}

/** The row that definitions come with would stand in the way of the publisher's. */
async function clear(client: ClientBase): Promise<void> {
  await client.query(`DELETE FROM ${REPLICATED_SCHEMA}.heartbeat`)
}

/** Where the publisher is reached has changed, as it does whenever the topology is brought up again. */
export async function reconnect(client: ClientBase, connection: string): Promise<void> {
  await client.query(`ALTER SUBSCRIPTION ${LOGICAL_REPLICATION} CONNECTION ${pg.escapeLiteral(connection)}`)
}

/** Subscribes to what the publisher has come to publish, with a first copy of it. */
export async function refresh(client: ClientBase): Promise<void> {
  await takeRightToWrite(client)
  await client.query(`ALTER SUBSCRIPTION ${LOGICAL_REPLICATION} REFRESH PUBLICATION`)
}

/** Ends the subscription, and gives the control plane's role its right back. */
export async function endSubscription(client: ClientBase): Promise<void> {
  await client.query(`
    BEGIN;
    SELECT ${END_SUBSCRIPTION}();
    GRANT INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA ${REPLICATED_SCHEMA} TO ${CONTROL_PLANE_ROLE};
    COMMIT`)
}

/** The slot that this database subscribes with; undefined where it does not. */
export async function subscribedSlot(client: ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ slot: string }>(
    `SELECT subslotname AS slot FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
     WHERE d.datname = current_database() AND subname = $1`,
    [LOGICAL_REPLICATION],
  )
  return rows[0]?.slot
}

/** Whether every table of this schema is subscribed to, and past its first copy. */
export async function isCopied(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ copied: boolean }>(
    `SELECT NOT EXISTS (
       SELECT FROM pg_tables AS t WHERE schemaname = $1 AND tablename <> $2 AND NOT EXISTS (
         SELECT FROM pg_subscription_rel AS r
         WHERE r.srsubstate = 'r' AND r.srrelid = format('%I.%I', t.schemaname, t.tablename)::regclass
       )
     ) AS copied`,
    [REPLICATED_SCHEMA, OWN_TABLE],
  )
  return rows[0]!.copied
}

async function takeRightToWrite(client: ClientBase): Promise<void> {
  await client.query(`
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA ${REPLICATED_SCHEMA} FROM ${CONTROL_PLANE_ROLE};
    GRANT INSERT ON ${REPLICATED_SCHEMA}.${OWN_TABLE} TO ${CONTROL_PLANE_ROLE};`)
}

/** A keyword-value string for libpq. */
export function connectionString(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${String(value).replaceAll(/['\\]/g, '\\$&')}'`)
    .join(' ')
}
