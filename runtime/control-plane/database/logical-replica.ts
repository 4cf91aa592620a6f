import type { Client } from 'pg'
import { END_SUBSCRIPTION, LOGICAL_REPLICATION, OWN_TABLE, REPLICATED_SCHEMA } from '../../model/logical-replication.ts'
import type { Replica, ReplicaDetails } from './replica.ts'

/** Applying is ended within this, however busy the machine; it is more than a query is usually given. Milliseconds. */
const PROMOTION_TIMEOUT = 20_000
/** Numbers beyond the last that arrived: some that never did may have been shown to somebody. */
const NUMBERS_LEFT_OUT = 1_000

/** Whether this database subscribes to another one. Who may write it is told by nothing else. */
export async function isSubscriber(client: Client): Promise<boolean> {
  const { rows } = await client.query(`SELECT EXISTS (${SUBSCRIPTION}) AS yes`)
  return rows[0].yes
}

/** Whether this database publishes to another one. */
export async function isPublisher(client: Pick<Client, 'query'>): Promise<boolean> {
  const { rows } = await client.query('SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = $1) AS yes', [
    LOGICAL_REPLICATION,
  ])
  return rows[0].yes
}

/**
 * A database that subscribes to another one. It is no copy of the cluster: it has a system identifier, sequences, roles
 * and a schema of its own, is never in recovery, and could be written, but for its role's rights.
 *
 * A transaction of the publisher is applied as one, and those of one connection in their order. So where the newest
 * revision row shows, all of its batch does, and all that was committed before it. That holds for tables that are past
 * their first copy; while one is not, it may lack what another shows. Their subscription commits synchronously
 * (PostgreSQL's default for it is not to), so that what is seen here was flushed here, as confirming it asserts.
 */
export class LogicalReplica implements Replica {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async details(): Promise<ReplicaDetails | undefined> {
    const { rows } = await this.#client.query({ name: 'subscriber-details', text: DETAILS })
    const [row] = rows
    return row && { ...row, behind: Number(row.behind ?? 0) }
  }

  /**
   * A table that this schema has and the subscription has not would stay behind in silence: nothing fails where changes
   * of a table come that nobody has subscribed to.
   */
  async isWhole(): Promise<boolean> {
    const { rows } = await this.#client.query({ name: 'subscription-is-whole', text: IS_WHOLE })
    return rows[0].whole
  }

  async mayPromote(): Promise<boolean> {
    const { rows } = await this.#client.query(
      `SELECT coalesce(has_function_privilege(to_regprocedure('${END_SUBSCRIPTION}()'), 'EXECUTE'), false) AS yes`,
    )
    return rows[0].yes
  }

  /**
   * One transaction: until it commits the database follows, from then on nothing is applied any more, its role may write
   * it, and what counts by itself goes on beyond what has arrived, since sequences are not replicated.
   */
  async promote(): Promise<void> {
    try {
      await this.#client.query({ text: PROMOTION, query_timeout: PROMOTION_TIMEOUT } as { text: string })
    } catch (error) {
      await this.#client.query('ROLLBACK').catch(() => {})
      throw error
    }
  }
}

const SUBSCRIPTION = `
SELECT s.oid FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
WHERE d.datname = current_database() AND s.subname = '${LOGICAL_REPLICATION}'`

/** A worker that has heard nothing yet is one that only tries to connect. */
const DETAILS = `
SELECT w.received_lsn::text AS lsn,
       greatest(0, pg_wal_lsn_diff(w.received_lsn, w.latest_end_lsn)) AS behind,
       w.pid IS NOT NULL AND w.last_msg_receipt_time IS NOT NULL AS streaming,
       (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier"
FROM (${SUBSCRIPTION}) AS s LEFT JOIN pg_stat_subscription AS w ON w.subid = s.oid AND w.relid IS NULL`

const IS_WHOLE = `
SELECT NOT EXISTS (
  SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = '${REPLICATED_SCHEMA}' AND c.relkind = 'r' AND c.relname <> '${OWN_TABLE}' AND NOT EXISTS (
    SELECT FROM pg_subscription_rel AS r
    WHERE r.srsubid IN (${SUBSCRIPTION}) AND r.srrelid = c.oid AND r.srsubstate = 'r'
  )
) AS whole`

const PROMOTION = `
BEGIN;
SET LOCAL transaction_timeout = ${PROMOTION_TIMEOUT};
SELECT ${END_SUBSCRIPTION}();
GRANT INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA ${REPLICATED_SCHEMA} TO CURRENT_USER;
DO $body$
DECLARE
  counting record;
  newest bigint;
BEGIN
  FOR counting IN
    SELECT a.attrelid::regclass AS relation, a.attname AS name,
           pg_get_serial_sequence(a.attrelid::regclass::text, a.attname) AS sequence
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace = '${REPLICATED_SCHEMA}'::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''
  LOOP
    EXECUTE format('SELECT coalesce(max(%I), 0) FROM %s', counting.name, counting.relation) INTO newest;
    PERFORM setval(counting.sequence, newest + ${NUMBERS_LEFT_OUT});
  END LOOP;
END
$body$;
COMMIT`
