import { differencesOf } from '../changes/difference.ts'
import { locate, type Origin } from '../danger/origin.ts'
import type { DescribedTopology, TopologySource } from '../snapshot.ts'

/** One property of a topology that a pull request changes. */
export interface TopologyChange {
  readonly topology: string
  readonly origin: Origin
  readonly before: unknown
  readonly after: unknown
}

/** Every property that differs, of topologies that are on both sides. */
export function topologyChanges(
  before: ReadonlyMap<string, DescribedTopology>,
  after: ReadonlyMap<string, DescribedTopology>,
  source: TopologySource | null,
): TopologyChange[] {
  return [...after].flatMap(([name, to]) => {
    const from = before.get(name)
    if (!from || from.hash === to.hash) return []
    return differencesOf(plain(from), plain(to)).map(({ path, before: old, after: now }) => {
      return { topology: name, origin: locate(path, source), before: old, after: now }
    })
  })
}

function plain({ topology }: DescribedTopology): unknown {
  return JSON.parse(JSON.stringify(topology))
}
