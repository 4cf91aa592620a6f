import type { RegionState } from '../../../runtime/model/region-state.ts'
import type { Version } from '../../../runtime/model/version.ts'

const PATIENCE = 2_000

/** A control plane's own view of its region; undefined when it does not answer. */
export async function askRegionState(admin: string, adminKey: string | null): Promise<RegionState | undefined> {
  try {
    const response = await fetch(`${admin}/antipode/region`, {
      headers: adminKey === null ? {} : { 'x-api-key': adminKey },
      signal: AbortSignal.timeout(PATIENCE),
    })
    if (response.ok) return (await response.json()) as RegionState
    await response.body?.cancel()
  } catch {
    // Not there yet, or not any more.
  }
  return undefined
}

/** Whether a data plane answers on its status listener: `/status` once it runs, `/status/ready` once it serves. */
export async function askStatus(status: string, path: '/status' | '/status/ready'): Promise<boolean> {
  try {
    const response = await fetch(status + path, { signal: AbortSignal.timeout(PATIENCE) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** The version that a data plane serves; undefined when it serves none, or does not answer. */
export async function askServedVersion(status: string): Promise<Version | undefined> {
  try {
    const response = await fetch(`${status}/status`, { signal: AbortSignal.timeout(PATIENCE) })
    return ((await response.json()) as { version: Version | null }).version ?? undefined
  } catch {
    return undefined
  }
}
