import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What `global/pg_control` says, read without `pg_controldata`. */
export interface ControlFile {
  readonly systemIdentifier: string
  /** The last clean stop is newer than anything else: nothing was written since. */
  readonly shutDown: boolean
  /** Location of the latest checkpoint, as `0/3000060`. */
  readonly checkpointLsn: string
  /** Timeline of the latest checkpoint; stale after a promotion until the next one. */
  readonly timeline: number
}

const SHUT_DOWN = 1
const SHUT_DOWN_IN_RECOVERY = 2

/** Offsets of `ControlFileData`, the same in PostgreSQL 15 to 18 on every 64-bit little-endian machine. */
export async function readControlFile(dataDirectory: string): Promise<ControlFile> {
  const file = await readFile(join(dataDirectory, 'global', 'pg_control'))
  const state = file.readUInt32LE(16)
  return {
    systemIdentifier: file.readBigUInt64LE(0).toString(),
    shutDown: state === SHUT_DOWN || state === SHUT_DOWN_IN_RECOVERY,
    checkpointLsn: formatLsn(file.readBigUInt64LE(32)),
    timeline: file.readUInt32LE(48),
  }
}

/** The major of PostgreSQL that a data directory belongs to. */
export async function majorOf(dataDirectory: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8'), 10)
}

/** A location in the write-ahead log as PostgreSQL 17 and 18 print it. */
export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffff_ffffn).toString(16)}`.toUpperCase()
}

/** What `formatLsn` writes, also as releases before 17 wrote it. */
export function parseLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}
