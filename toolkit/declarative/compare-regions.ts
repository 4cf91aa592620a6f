import type { CommandContext } from '../command.ts'
import type { RemoteResource } from './compare/change.ts'
import { differencesOf } from './compare/differences.ts'
import { nameOf } from './report.ts'
import { Session } from './session.ts'

/** How the configurations of control planes differ, each from the first that answered. */
export interface RegionComparison {
  readonly asked: readonly string[]
  readonly differences: readonly { readonly region: string; readonly against: string; readonly what: string }[]
  readonly failed: readonly { readonly region: string; readonly reason: string }[]
}

/** What says when and where something was written, and not what. */
const OWN = new Set(['create_time', 'update_time'])

/**
 * Asks several Admin APIs what they hold, and compares. Values are left out: only what differs is named.
 *
 * @param servers `east=https://…,west=https://…`
 */
export async function compareRegions(servers: string, token: string | undefined): Promise<RegionComparison> {
  const quiet = { signal: new AbortController().signal, progress: () => undefined } as unknown as CommandContext
  const flags = { backend: 'apisix', server: servers, ...(token && { token }), ...DEFAULTS } as const
  const session = await Session.open(flags, quiet, async () => undefined)
  const outcomes = await session.eachOpen(({ fetch }) => fetch())
  const held = outcomes.flatMap(({ region, result }) =>
    result ? [{ region: region.name, resources: byName(result) }] : [],
  )
  const [first, ...others] = held
  return {
    asked: held.map(({ region }) => region),
    differences: others.flatMap(({ region, resources }) => {
      const against = first?.region ?? ''
      return differing(first?.resources ?? new Map(), resources).map((what) => ({ region, against, what }))
    }),
    failed: outcomes.flatMap(({ region, error }) => (error ? [{ region: region.name, reason: error.message }] : [])),
  }
}

const DEFAULTS = { gatewayGroup: 'default', labelSelector: {}, timeout: 10_000, verbose: 0 }

function byName(resources: readonly RemoteResource[]): Map<string, RemoteResource> {
  return new Map(resources.map((resource) => [nameOf(resource as Parameters<typeof nameOf>[0]), resource]))
}

function differing(first: ReadonlyMap<string, RemoteResource>, other: ReadonlyMap<string, RemoteResource>): string[] {
  return [...new Set([...first.keys(), ...other.keys()])].sort().flatMap((name) => {
    const [here, there] = [first.get(name), other.get(name)]
    if (!here) return [`${name} is there alone`]
    if (!there) return [`${name} is missing`]
    const paths = differencesOf(here, there).map(({ path }) => path)
    const told = paths.filter((path) => !OWN.has(path.split('.').at(-1) ?? ''))
    return told.length > 0 ? [`${name} differs in ${told.join(', ')}`] : []
  })
}
