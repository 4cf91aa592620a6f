import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineApi } from './engine-api.ts'

/** Marks every container and every network of a run, so that whoever clears up finds them. */
export const RUN_LABEL = 'antipode.run'

const PAUSE = 300
const ATTEMPTS = 400

/**
 * Removes every container and every network of a run, whatever they are doing.
 *
 * @param looks how often in a row nothing is to be found: a supervisor that is killed may have asked for one more
 */
export async function removeRun(api: EngineApi, run: string, looks: number): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${RUN_LABEL}=${run}`] }))
  for (let attempt = 0, empty = 0; empty < looks && attempt < ATTEMPTS; attempt++) {
    const containers = await api.call<{ Id: string }[]>('GET', `/containers/json?all=1&filters=${filters}`)
    // What is refused, by an engine that is busy with it or since somebody is still in it, is found again.
    await Promise.all(containers.map(({ Id }) => remove(api, `/containers/${Id}?force=1&v=1`)))
    const networks = await api.call<{ Id: string }[]>('GET', `/networks?filters=${filters}`)
    await Promise.all(networks.map(({ Id }) => remove(api, `/networks/${Id}`)))
    empty = containers.length + networks.length === 0 ? empty + 1 : 0
    if (empty < looks) await sleep(PAUSE)
  }
}

function remove(api: EngineApi, path: string): Promise<unknown> {
  return api.call('DELETE', path).catch(() => undefined)
}
