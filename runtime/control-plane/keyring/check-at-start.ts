import type { Logger } from 'pino'
import { AntipodeError } from '../../model/errors.ts'
import { connect } from '../database/connection.ts'
import type { Keyring } from './keyring.ts'

/**
 * Refuses to start with a database that the keyring cannot open. One that cannot be reached is left to the time when it
 * can: until then the control plane is there, and says so.
 *
 * @throws AntipodeError KEYRING_KEY_MISSING, KEYRING_DAMAGED
 */
export async function checkAtStart(keyring: Keyring, database: string, logger: Pick<Logger, 'warn'>): Promise<void> {
  const connection = await connect(database, 'keyring').catch(() => undefined)
  if (!connection) return
  try {
    await keyring.learn(connection.client)
  } catch (error) {
    if (error instanceof AntipodeError) throw error
    logger.warn({ err: error }, 'the keyring has not been checked')
  } finally {
    await connection.close()
  }
}
