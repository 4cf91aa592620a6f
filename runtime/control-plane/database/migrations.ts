import type { ClientBase } from 'pg'

/**
 * The control plane's tables, one entry a step, never edited after a release. Values are `text` and not `jsonb`, so that
 * bodies come back exactly as they were sent and no string PostgreSQL would refuse inside JSON can stop a batch.
 *
 * Every table has a primary key, which logical replication tells rows by, and a step after the first only adds
 * definitions: a subscriber takes it before its publisher does, and rows come from there.
 */
const MIGRATIONS: readonly string[] = [
  `
  -- One row: which history this is, who writes it, and the newest epoch begun.
  CREATE TABLE antipode.state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    lineage uuid NOT NULL,
    system_identifier text NOT NULL,
    epoch integer NOT NULL,
    writer text NOT NULL,
    solo boolean NOT NULL,
    term bigint NOT NULL
  );

  -- One row a batch of writes. The nonce proves that whoever repeats it has seen this very row.
  CREATE TABLE antipode.revision (
    revision bigint PRIMARY KEY,
    epoch integer NOT NULL,
    nonce uuid NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );

  CREATE TABLE antipode.resource (
    type text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    value text NOT NULL,
    created_index bigint NOT NULL,
    modified_index bigint NOT NULL,
    PRIMARY KEY (type, id)
  );

  -- What each revision changed; value is null for a removal.
  CREATE TABLE antipode.change (
    modified_index bigint PRIMARY KEY,
    revision bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    value text,
    created_index bigint NOT NULL
  );
  CREATE INDEX change_by_revision ON antipode.change (revision);

  -- Each write's id and answer, so that a repetition is recognised and a write in doubt can be resolved.
  CREATE TABLE antipode.write (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    durability text NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX write_by_revision ON antipode.write (revision);

  -- Beats every second on the writer: it wakes a sleeping WAL sender and dates what a replica shows.
  CREATE TABLE antipode.heartbeat (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    beat bigint NOT NULL,
    at timestamptz NOT NULL
  );
  INSERT INTO antipode.heartbeat VALUES (true, 0, clock_timestamp());
  `,
  `
  -- When a resource is removed by itself, in milliseconds since 1970; null for never.
  ALTER TABLE antipode.resource ADD COLUMN expires_at bigint;
  ALTER TABLE antipode.change ADD COLUMN expires_at bigint;
  `,
  `
  -- Kept with the write, since its revision may have left the history before it.
  ALTER TABLE antipode.write ADD COLUMN epoch integer;
  `,
  `
  -- What happened: a write's entry is written in the transaction of the write.
  CREATE TABLE antipode.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    by text NOT NULL,
    address text,
    method text,
    path text,
    status integer NOT NULL,
    write uuid,
    epoch integer,
    revision bigint,
    resources text[] NOT NULL,
    changes text NOT NULL
  );
  -- The only index beside the key: rows lie in the order of time, and any other would be paid for by every write.
  CREATE INDEX audit_log_by_time ON antipode.audit_log USING brin (at);

  -- Entries are added, and removed by nothing but their age.
  CREATE FUNCTION antipode.keep_audit_log() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    IF TG_OP = 'DELETE' AND current_setting('antipode.retention', true) = 'on' THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to';
  END
  $body$;
  CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON antipode.audit_log
    FOR EACH ROW EXECUTE FUNCTION antipode.keep_audit_log();
  CREATE TRIGGER keep_all BEFORE TRUNCATE ON antipode.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION antipode.keep_audit_log();
  `,
  `
  -- Keys that values are sealed with, each wrapped by a key that is not in the database. The newest seals; settled_at
  -- says when nothing was left that an earlier one, or none, had sealed.
  CREATE TABLE antipode.data_key (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    wrapped_by text NOT NULL,
    wrapped text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz
  );
  `,
  `
  -- Calls that data planes report, added up by minute and by hour. Latency is in milliseconds, each call in one bucket.
  CREATE TABLE antipode.calls_by_minute (
    at timestamptz NOT NULL,
    gateway_group text COLLATE "C" NOT NULL,
    index text COLLATE "C" NOT NULL,
    region text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    service text COLLATE "C" NOT NULL,
    upstream text COLLATE "C" NOT NULL,
    calls bigint NOT NULL,
    status_1xx bigint NOT NULL,
    status_2xx bigint NOT NULL,
    status_3xx bigint NOT NULL,
    status_4xx bigint NOT NULL,
    status_5xx bigint NOT NULL,
    status_none bigint NOT NULL,
    ingress bigint NOT NULL,
    egress bigint NOT NULL,
    latency_1 bigint NOT NULL,
    latency_2 bigint NOT NULL,
    latency_5 bigint NOT NULL,
    latency_10 bigint NOT NULL,
    latency_20 bigint NOT NULL,
    latency_50 bigint NOT NULL,
    latency_100 bigint NOT NULL,
    latency_200 bigint NOT NULL,
    latency_500 bigint NOT NULL,
    latency_1000 bigint NOT NULL,
    latency_2000 bigint NOT NULL,
    latency_5000 bigint NOT NULL,
    latency_10000 bigint NOT NULL,
    latency_30000 bigint NOT NULL,
    latency_60000 bigint NOT NULL,
    latency_more bigint NOT NULL,
    time double precision NOT NULL,
    PRIMARY KEY (at, gateway_group, index, region, route, service, upstream)
  ) WITH (fillfactor = 70);
  CREATE TABLE antipode.calls_by_hour (LIKE antipode.calls_by_minute INCLUDING ALL) WITH (fillfactor = 70);

  -- Reports that are in the sums already: one that comes again is not added again.
  CREATE TABLE antipode.report (
    gateway_group text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (gateway_group, run, sequence)
  );
  CREATE INDEX report_by_time ON antipode.report USING brin (at);

  -- What the sinks of reports have not taken yet, and what each has lost.
  CREATE TABLE antipode.report_outbox (
    id uuid NOT NULL,
    sink text COLLATE "C" NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    calls bigint NOT NULL,
    rows text NOT NULL,
    PRIMARY KEY (sink, number)
  );
  CREATE TABLE antipode.report_sink (
    sink text COLLATE "C" PRIMARY KEY,
    delivered_calls bigint NOT NULL DEFAULT 0,
    dropped_calls bigint NOT NULL DEFAULT 0,
    dropped_batches bigint NOT NULL DEFAULT 0,
    error text,
    error_at timestamptz
  );
  `,
]

/** Advisory locks of the control-plane database. */
export const LOCKS = {
  /** Session lock: one leader a region. */
  leader: 0x616e74_01,
  /** Every write transaction holds it shared; draining and a change of leader take it exclusively. */
  writes: 0x616e74_02,
} as const

/** How many steps this release knows. */
export const SCHEMA_STEPS = MIGRATIONS.length

/** How many steps of this release the schema has not taken. */
export async function missingSteps(client: ClientBase): Promise<number> {
  const { rows: schema } = await client.query(`SELECT to_regclass('antipode.migration') IS NOT NULL AS exists`)
  if (!schema[0].exists) return SCHEMA_STEPS
  const { rows } = await client.query('SELECT coalesce(max(step), 0) AS step FROM antipode.migration')
  return Math.max(0, SCHEMA_STEPS - rows[0].step)
}

/** Brings the schema up to date, once, under a lock; does nothing where it is. */
export async function migrate(client: ClientBase): Promise<void> {
  await client.query('BEGIN')
  try {
    await takeSteps(client)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/**
 * Takes the steps that the schema lacks, within the caller's transaction.
 *
 * @param last the step to stop after
 */
export async function takeSteps(client: ClientBase, last: number = SCHEMA_STEPS): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.writes])
  await client.query('CREATE SCHEMA IF NOT EXISTS antipode')
  await client.query(
    'CREATE TABLE IF NOT EXISTS antipode.migration (step integer PRIMARY KEY, at timestamptz NOT NULL)',
  )
  const { rows } = await client.query('SELECT coalesce(max(step), 0) AS step FROM antipode.migration')
  for (const [index, statements] of MIGRATIONS.slice(0, last).entries()) {
    if (index < rows[0].step) continue
    await client.query(statements)
    await client.query('INSERT INTO antipode.migration VALUES ($1, clock_timestamp())', [index + 1])
  }
}
