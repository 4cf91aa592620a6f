import { decideStart, newestTimeline, type StoredDatabase } from './first-primary.ts'
import type { RegionDatabase } from './region-database.ts'

export interface DatabasesToStart {
  /** By region. */
  readonly databases: ReadonlyMap<string, RegionDatabase>
  /** Called as soon as a region's database accepts connections. */
  readonly onReady: (region: string) => void
}

/** Starts databases that know nothing of each other, and creates those that do not exist. */
export async function startIndependent({ databases, onReady }: DatabasesToStart): Promise<void> {
  await Promise.all(
    [...databases].map(async ([region, database]) => {
      await (database.server.initialised ? database.start() : database.create())
      onReady(region)
    }),
  )
}

/** Starts a primary and the standbys that stream from it, and creates those that do not exist. */
export async function startReplicated(
  { databases, onReady }: DatabasesToStart,
  declaredPrimary: string,
  lastPrimary: string | undefined,
): Promise<void> {
  const stored = await Promise.all([...databases].map(([region, database]) => inspect(region, database)))
  const order = decideStart(stored, declaredPrimary, lastPrimary)
  const begin = async (region: string): Promise<void> => {
    const database = databases.get(region)!
    const how = order.start.get(region)
    if (how === 'create') await database.create()
    else if (how === 'rebuild') await database.rebuild(order.primary)
    else if (how === 'become-primary') await database.startAsPrimary()
    else if (database.server.isStandby) await database.startAsStandby(order.primary)
    else await database.start()
    onReady(region)
  }
  await begin(order.primary)
  await Promise.all([...databases.keys()].filter((region) => region !== order.primary).map(begin))
}

/**
 * Starts a publisher and the databases that subscribe to it, and creates those that do not exist. What each is stands in
 * its own catalogue, so all but empty ones start as they are; where all subscribe, handing over was interrupted, and the
 * last that wrote holds everything.
 */
export async function startSubscribed(
  { databases, onReady }: DatabasesToStart,
  declaredPrimary: string,
  lastPrimary: string | undefined,
): Promise<void> {
  const filled = [...databases.keys()].filter((region) => databases.get(region)!.server.initialised)
  const wanted = lastPrimary ?? declaredPrimary
  const primary = filled.includes(wanted) ? wanted : (filled[0] ?? wanted)
  const database = databases.get(primary)!
  await (filled.length > 0 ? database.start() : database.create())
  onReady(primary)
  for (const [region, other] of databases) {
    if (region === primary) continue
    await (filled.includes(region) ? other.start() : other.rebuild(primary))
    onReady(region)
  }
  const follow = await Promise.all([...databases.values()].map((one) => one.follows()))
  if (follow.every(Boolean)) await database.startAsPrimary()
}

async function inspect(region: string, { server }: RegionDatabase): Promise<StoredDatabase> {
  if (!server.initialised) return { region, is: 'empty', timeline: 0 }
  return { region, is: server.isStandby ? 'standby' : 'primary', timeline: await newestTimeline(server.directory) }
}
