import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalRegion } from '../../local/local-topology.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import { callHttp } from '../traffic/http-call.ts'
import { askStates } from '../writes/admin-region.ts'

/** The hash of a configuration without any resource. */
const EMPTY = '0'.repeat(64)

/** What one process holds. */
interface Held {
  readonly who: string
  readonly version: string
  readonly hash: string
}

export interface SettledConfiguration {
  /** Of all regions, when they agree. */
  readonly hash: string | null
  readonly version: string | null
  /** Who differs from whom; empty when all agree. */
  readonly drift: string
}

/** Waits until every control plane and data plane holds one version with one hash, at most `patience` milliseconds. */
export async function settledConfiguration(
  regions: readonly LocalRegion[],
  patience: number,
): Promise<SettledConfiguration> {
  const deadline = monotonicNow() + patience
  for (;;) {
    const held = [...(await controlPlanes(regions)), ...(await dataPlanes(regions))]
    const [first] = held
    const same = held.every(({ version, hash }) => version === first?.version && hash === first.hash)
    if (first !== undefined && same && held.length === 2 * regions.length) {
      return { hash: first.hash, version: first.version, drift: '' }
    }
    if (monotonicNow() > deadline) {
      const drift = held.map(({ who, version, hash }) => `${who} ${version} ${hash.slice(0, 8)}`).join(', ')
      return { hash: null, version: null, drift: drift || 'nothing answered' }
    }
    await sleep(100)
  }
}

async function controlPlanes(regions: readonly LocalRegion[]): Promise<Held[]> {
  const states = await askStates(regions)
  return states.map(({ region, state }) => ({
    who: `control plane of ${region.name}`,
    version: `(${state.epoch},${state.revision})`,
    hash: state.hash ?? EMPTY,
  }))
}

async function dataPlanes(regions: readonly LocalRegion[]): Promise<Held[]> {
  const held = regions.map(async ({ name, status }): Promise<Held[]> => {
    const { hostname, port, host } = new URL(status)
    const headers = { host }
    const answer = await callHttp({
      address: hostname,
      port: Number(port),
      method: 'GET',
      path: '/status',
      headers,
      timeout: 1_000,
    })
    if (answer.status !== 200) return []
    const { version, hash } = JSON.parse(answer.body) as {
      version: { epoch: number; revision: number } | null
      hash: string | null
    }
    return [
      {
        who: `data plane of ${name}`,
        version: `(${version?.epoch ?? 0},${version?.revision ?? 0})`,
        hash: hash ?? EMPTY,
      },
    ]
  })
  return (await Promise.all(held)).flat()
}
