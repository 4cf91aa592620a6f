import type { Client } from 'pg'
import type { Replica, ReplicaDetails } from './replica.ts'

/** A standby of PostgreSQL's own streaming replication: a copy of the whole cluster, always in recovery. */
export class PhysicalReplica implements Replica {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async details(): Promise<ReplicaDetails | undefined> {
    const { rows } = await this.#client.query({ name: 'replica-details', text: DETAILS })
    const { recovery, behind, ...row } = rows[0]
    return recovery ? { ...row, behind: Number(behind ?? 0) } : undefined
  }

  /** Replay shows the primary as it was at one moment, so that with a row everything before it is there. */
  async isWhole(): Promise<boolean> {
    return true
  }

  async mayPromote(): Promise<boolean> {
    const { rows } = await this.#client.query(
      `SELECT has_function_privilege('pg_promote(boolean, integer)', 'EXECUTE') AS yes`,
    )
    return rows[0].yes
  }

  async promote(): Promise<void> {
    await this.#client.query('SELECT pg_promote(false)')
  }
}

const DETAILS = `
SELECT pg_is_in_recovery() AS recovery,
       pg_last_wal_replay_lsn()::text AS lsn,
       greatest(0, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())) AS behind,
       EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS streaming,
       (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier"`
