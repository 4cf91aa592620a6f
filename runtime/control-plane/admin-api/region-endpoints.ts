import type { ConfigurationStore } from '../configuration-store.ts'
import { type Answer, refuse } from './answer.ts'
import { parseWriteId } from './write-id.ts'

/**
 * `GET /antipode/region` and `GET /antipode/writes/<id>`.
 *
 * A write is `applied`, with the version that holds it, or `unknown`: this region's confirmed configuration does not
 * contain it. Unknown at the writer, once its deadline has passed, means it had no effect; at a standby or a fenced
 * control plane it means only that it has not arrived, so the answer says who speaks.
 */
export async function regionAnswer(store: ConfigurationStore, steps: readonly string[]): Promise<Answer> {
  const [what, id, ...more] = steps
  if (what === 'region' && id === undefined) return { status: 200, body: store.state() }
  if (what !== 'writes' || id === undefined || more.length > 0) return refuse(404, 'not found')
  const write = parseWriteId(id)
  if (!write) return refuse(400, `invalid write id: ${JSON.stringify(id)} is not a UUID`)
  const found = await store.findWrite(write)
  const { role } = store.state()
  if (found) return { status: 200, body: { write, ...found, region: store.region, role } }
  return { status: 404, body: { error_msg: 'write not found', write, status: 'unknown', region: store.region, role } }
}
