import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readControlFile } from './control-file.ts'

/** What a region's data directory was when its server last ended. */
export interface StoredDatabase {
  readonly region: string
  readonly is: 'empty' | 'primary' | 'standby'
  /** The newest timeline it knows of; 0 when empty. */
  readonly timeline: number
}

/** How each database starts: `create` makes an empty primary, `rebuild` copies the primary, `resume` is as it was. */
export interface StartOrder {
  readonly primary: string
  readonly start: ReadonlyMap<string, 'create' | 'rebuild' | 'resume' | 'become-primary'>
}

/**
 * Which database writes when a topology starts over kept data, decided by what the directories hold and not by what
 * the topology declares: a failover of an earlier run stays done.
 *
 * Of several primaries the one of the newest timeline was promoted last; the others were superseded, resume as they
 * were and are fenced by their control planes, until a failback has read what only they hold. When all are standbys, a
 * switchover was interrupted between the stop of the old primary and the promotion of the new, so that the last
 * primary holds everything.
 */
export function decideStart(
  stored: readonly StoredDatabase[],
  declaredPrimary: string,
  lastPrimary: string | undefined,
): StartOrder {
  const filled = stored.filter(({ is }) => is !== 'empty')
  const newest = filled
    .filter(({ is }) => is === 'primary')
    .sort((a, b) => b.timeline - a.timeline || Number(b.region === lastPrimary) - Number(a.region === lastPrimary))[0]
  const resumed = newest ?? filled.find(({ region }) => region === (lastPrimary ?? declaredPrimary)) ?? filled[0]
  const primary = resumed?.region ?? declaredPrimary
  const start = stored.map(({ region, is }): [string, 'create' | 'rebuild' | 'resume' | 'become-primary'] => {
    if (region === primary) return [region, is === 'empty' ? 'create' : is === 'primary' ? 'resume' : 'become-primary']
    return [region, is === 'empty' ? 'rebuild' : 'resume']
  })
  return { primary, start: new Map(start) }
}

/** The newest timeline in a data directory. Its control file knows of a promotion only from the next checkpoint on. */
export async function newestTimeline(directory: string): Promise<number> {
  const { timeline } = await readControlFile(directory)
  const histories = (await readdir(join(directory, 'pg_wal')))
    .filter((name) => /^[0-9A-F]{8}\.history$/.test(name))
    .map((name) => Number.parseInt(name.slice(0, 8), 16))
  return Math.max(timeline, ...histories)
}
