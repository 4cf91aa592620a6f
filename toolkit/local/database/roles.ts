import type { ClientBase } from 'pg'
import pg from 'pg'
import { REPLICATION_ROLE } from './server-settings.ts'

/** The administrator of an embedded cluster; used by the supervisor only. */
export const SUPERUSER = 'postgres'

/** The control plane's role, and the database it owns. */
export const CONTROL_PLANE_ROLE = 'antipode'

export interface DatabasePasswords {
  readonly superuser: string
  readonly controlPlane: string
  readonly replication: string
}

/**
 * Creates the control plane's role and database, and the role that streams.
 *
 * The control plane is no superuser: beside owning its database it may promote, checkpoint and watch replication.
 * Every role ends its own forgotten transactions, since one open write transaction anywhere in a cluster holds back
 * `pg_snapshot_xmin`, and with it every acknowledgement.
 *
 * @param controlPlane whether its role may connect yet
 */
export async function createRoles(
  connect: (database: string) => Promise<ClientBase & { end(): Promise<void> }>,
  passwords: DatabasePasswords,
  controlPlane: 'LOGIN' | 'NOLOGIN' = 'LOGIN',
): Promise<void> {
  const administration = await connect('postgres')
  try {
    await administration.query(`
      CREATE ROLE ${REPLICATION_ROLE} LOGIN REPLICATION PASSWORD ${pg.escapeLiteral(passwords.replication)};
      CREATE ROLE ${CONTROL_PLANE_ROLE} ${controlPlane} PASSWORD ${pg.escapeLiteral(passwords.controlPlane)};
      GRANT pg_checkpoint, pg_monitor TO ${CONTROL_PLANE_ROLE};
      ALTER ROLE ${CONTROL_PLANE_ROLE} SET idle_in_transaction_session_timeout = '1s';
      ALTER ROLE ${CONTROL_PLANE_ROLE} SET transaction_timeout = '1s';
      ALTER ROLE ${REPLICATION_ROLE} SET idle_in_transaction_session_timeout = '1s';
      ALTER ROLE ${SUPERUSER} SET idle_in_transaction_session_timeout = '1s';`)
    await administration.query(`CREATE DATABASE ${CONTROL_PLANE_ROLE} OWNER ${CONTROL_PLANE_ROLE} STRATEGY file_copy`)
  } finally {
    await administration.end()
  }
  const database = await connect(CONTROL_PLANE_ROLE)
  try {
    await database.query(`
      GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO ${CONTROL_PLANE_ROLE};
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      GRANT ALL ON SCHEMA public TO ${CONTROL_PLANE_ROLE};`)
  } finally {
    await database.end()
  }
}
