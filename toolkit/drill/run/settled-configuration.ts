import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalRegion } from '../../local/local-topology.ts'
import { monotonicNow } from '../measure/monotonic.ts'
import { callHttp } from '../traffic/http-call.ts'
import { askStates } from '../writes/admin-region.ts'

/** Milliseconds by which what was published or answered is so everywhere. */
export const SETTLE_PATIENCE = 15_000

/** The hash of a configuration without any resource. */
const EMPTY = '0'.repeat(64)

/** What one process holds. */
interface Held {
  readonly who: string
  readonly region: string
  readonly version: string
  readonly hash: string
}

export interface SettledConfiguration {
  /** Of all regions, when they agree. */
  readonly hash: string | null
  /** Who differs from whom; empty when all agree. */
  readonly drift: string
}

/**
 * Waits until every control plane and data plane holds one version with one hash, at most `patience` milliseconds.
 *
 * @param independent each region counts its own versions, so these need only be equal within it
 */
export async function settledConfiguration(
  regions: readonly LocalRegion[],
  patience: number,
  independent: boolean,
): Promise<SettledConfiguration> {
  const deadline = monotonicNow() + patience
  for (;;) {
    const held = [...(await controlPlanes(regions)), ...(await dataPlanes(regions))]
    const [first] = held
    const versionOf = ({ region }: Held) => (independent ? held.find((own) => own.region === region) : first)?.version
    const same = held.every((own) => own.version === versionOf(own) && own.hash === first?.hash)
    if (first !== undefined && same && held.length === 2 * regions.length) {
      return { hash: first.hash, drift: '' }
    }
    if (monotonicNow() > deadline) {
      const drift = held.map(({ who, version, hash }) => `${who} ${version} ${hash.slice(0, 8)}`).join(', ')
      return { hash: null, drift: drift || 'nothing answered' }
    }
    await sleep(100)
  }
}

async function controlPlanes(regions: readonly LocalRegion[]): Promise<Held[]> {
  const states = await askStates(regions)
  return states.map(({ region, state }) => ({
    who: `control plane of ${region.name}`,
    region: region.name,
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
        region: name,
        version: `(${version?.epoch ?? 0},${version?.revision ?? 0})`,
        hash: hash ?? EMPTY,
      },
    ]
  })
  return (await Promise.all(held)).flat()
}
