import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfigurationChange } from '../local-topology.ts'

const PATIENCE = 20_000
const ONE_CALL = 8_000

/**
 * Makes one change of configuration, repeated until it is answered with success; 404 is success too where something was
 * to be deleted.
 */
export async function configure(
  writer: { readonly admin: string; readonly adminKey: string | null },
  { method, path, body }: ConfigurationChange,
): Promise<void> {
  const deadline = performance.now() + PATIENCE
  for (let answer = 'no answer'; ; await sleep(100)) {
    try {
      const response = await fetch(writer.admin + path, {
        method,
        headers: { 'content-type': 'application/json', ...(writer.adminKey && { 'x-api-key': writer.adminKey }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ONE_CALL),
      })
      const text = await response.text()
      if (response.ok || (method === 'DELETE' && response.status === 404)) return
      answer = `${response.status} ${text.trim()}`
    } catch (error) {
      answer = (error as Error).message
    }
    if (performance.now() > deadline) throw new Error(`${method} ${path} at ${writer.admin}: ${answer}`)
  }
}
