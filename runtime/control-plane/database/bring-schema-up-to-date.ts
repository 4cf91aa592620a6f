import type { Client } from 'pg'
import { isPublisher } from './logical-replica.ts'
import { migrate, missingSteps } from './migrations.ts'

/**
 * Takes the steps that the schema of a database lacks which is to be written.
 *
 * Not where it publishes to another one: definitions are not replicated, and a table or column that is here first makes
 * the subscriber stop at the first row that has it. There whoever set the pair up takes the steps, on the subscriber
 * first, and has it subscribe to what is new; until then nothing is written here.
 *
 * @throws Error
 */
export async function bringSchemaUpToDate(client: Client): Promise<void> {
  const missing = await missingSteps(client)
  if (missing === 0) return
  if (await isPublisher(client)) {
    throw new Error(
      `its database publishes to another and its schema lacks ${missing} steps, which are taken there first`,
    )
  }
  await migrate(client)
}
