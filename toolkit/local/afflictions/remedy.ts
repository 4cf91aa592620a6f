import type { RegionDatabase } from '../database/region-database.ts'
import type { LocalGslb } from '../gslb/local-gslb.ts'
import type { Affliction, Part } from '../local-topology.ts'
import type { Foundation } from '../supervisor/foundation.ts'
import type { RegionParts } from '../supervisor/region-parts.ts'

/** What an affliction may touch. */
export interface Ground {
  readonly foundation: Foundation
  /** Undefined where the topology runs without one. */
  readonly gslb: LocalGslb | undefined
  readonly parts: RegionParts
  /** SIGKILL, with every connection that crosses a link. */
  kill(part: Part): Promise<void>
  /** Resolves when it serves. */
  start(part: Part): Promise<void>
  /** What runs in this process for as long as the affliction is in force. */
  keep(lasting: Lasting): void
}

export interface Lasting {
  close(): Promise<void>
}

/** How one kind of affliction is done, and how it is taken back: as far as it got, also when doing it failed. */
export interface Remedy<Kind extends Affliction['kind']> {
  inflict(ground: Ground, affliction: Extract<Affliction, { kind: Kind }>): Promise<void>
  relieve(ground: Ground, affliction: Extract<Affliction, { kind: Kind }>): Promise<void>
}

export function databaseOf(foundation: Foundation, region: string): RegionDatabase {
  const database = foundation.databases.get(region)
  if (database) return database
  throw new RangeError(`there is no region ${region}`)
}
