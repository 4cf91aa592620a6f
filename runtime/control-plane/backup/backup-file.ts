import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { AntipodeError } from '../../model/errors.ts'

/** What the first line of a backup says. */
export interface BackupHeader {
  /** Of this form of file: 1. */
  readonly backup: 1
  readonly at: string
  /** The release of the runtime that wrote it. */
  readonly runtime: string
  /** The last step of the schema that the database had. */
  readonly schema: number
  readonly lineage: string
  readonly epoch: number
  readonly revision: number
  /** The region that wrote the newest epoch. */
  readonly writer: string
}

/** One row of a table, as JSON text that no number in it loses digits in. */
export interface BackupRow {
  readonly table: string
  readonly json: string
}

interface Ending {
  readonly rows: number
  /** Of every byte before the last line. */
  readonly sha256: string
}

const ROW = /^\["(\w+)",(\{.*\})\]$/s

/**
 * Writes a backup: a line for its header, one for each row, and one that vouches for them. Nobody else can read the
 * file, and it has its name only once it is whole and on the disk.
 *
 * @returns how many rows there are
 */
export async function writeBackupFile(
  file: string,
  header: BackupHeader,
  rows: AsyncIterable<readonly BackupRow[]>,
): Promise<number> {
  const part = `${file}.part`
  const handle = await open(part, 'w', 0o600)
  try {
    const hash = createHash('sha256')
    const write = async (text: string) => {
      hash.update(text)
      await handle.appendFile(text)
    }
    let count = 0
    await write(`${JSON.stringify(header)}\n`)
    for await (const some of rows) {
      count += some.length
      await write(some.map(({ table, json }) => `["${table}",${json}]\n`).join(''))
    }
    const ending: Ending = { rows: count, sha256: hash.digest('hex') }
    await handle.appendFile(`${JSON.stringify(ending)}\n`)
    await handle.sync()
    await handle.close()
    await rename(part, file)
    return count
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(part, { force: true })
    throw error
  }
}

/**
 * Reads a backup to its end, so that nothing is done with one that is damaged.
 *
 * @throws AntipodeError BACKUP_DAMAGED
 */
export async function checkBackupFile(file: string): Promise<BackupHeader> {
  const hash = createHash('sha256')
  let header: BackupHeader | undefined
  let held: string | undefined
  let lines = 0
  for await (const line of linesOf(file)) {
    if (held !== undefined) hash.update(held).update('\n')
    header ??= parseHeader(line, file)
    held = line
    lines += 1
  }
  if (!header || held === undefined) throw damaged(file, 'it is empty')
  const { rows, sha256 } = parseEnding(held, file)
  if (rows !== lines - 2) throw damaged(file, `it should hold ${rows} rows and holds ${lines - 2}`)
  if (sha256 !== hash.digest('hex')) throw damaged(file, 'its content does not fit its checksum')
  return header
}

/** The rows of a backup that was checked. */
export async function* rowsOf(file: string): AsyncIterable<BackupRow> {
  for await (const line of linesOf(file)) {
    const [, table, json] = ROW.exec(line) ?? []
    if (table !== undefined && json !== undefined) yield { table, json }
  }
}

/** Lines end with `\n` and nothing else: a value may hold whatever else ends lines elsewhere, such as U+2028. */
async function* linesOf(file: string): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function parseHeader(line: string, file: string): BackupHeader {
  const header = parse(line) as BackupHeader | undefined
  if (!header || typeof header.backup !== 'number') throw damaged(file, 'it does not begin as a backup does')
  if (header.backup !== 1) throw damaged(file, `this release reads form 1, not ${header.backup}`)
  return header
}

function parseEnding(line: string, file: string): Ending {
  const ending = parse(line) as Ending | undefined
  if (ending?.sha256 === undefined) throw damaged(file, 'its end is missing')
  return ending
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function damaged(file: string, reason: string): AntipodeError {
  return new AntipodeError('BACKUP_DAMAGED', { file, reason })
}
