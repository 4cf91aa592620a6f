import { closeSync, existsSync, fchownSync, lchownSync, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { siblingProgram } from '../processes/sibling-program.ts'
import { TarReader } from './tar-reader.ts'
import type { UnprivilegedUser } from './unprivileged-user.ts'

export interface BackupSource {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface BaseBackup {
  readonly source: BackupSource
  /** Empty. */
  readonly directory: string
  readonly owner: UnprivilegedUser | undefined
}

/**
 * Takes a base backup in a thread of its own: a disk that stalls for a second must not stall the supervisor, through
 * which leases between regions travel.
 */
export function takeBaseBackupAside(backup: BaseBackup): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(siblingProgram(import.meta.url, 'base-backup-worker'), { workerData: backup })
    worker.once('error', reject)
    worker.once('exit', () => resolve())
  })
}

/** The part of `pg`'s connection that its types leave out. */
interface CopyingConnection {
  readonly stream: { destroy(error: Error): void }
  on(event: 'copyData', listener: (message: { readonly chunk: Buffer }) => void): void
}

/**
 * Copies a running server, primary or standby, into an empty directory, over the replication protocol as
 * `pg_basebackup` does, with the write-ahead log that makes the copy consistent on its own.
 *
 * Files are written as the stream arrives: a backup of a control plane's database is some 30 MB, and writes go to the
 * page cache.
 */
export async function takeBaseBackup(
  source: BackupSource,
  directory: string,
  owner: UnprivilegedUser | undefined,
): Promise<void> {
  const client = new pg.Client({ ...source, replication: 'true', connectionTimeoutMillis: 10_000 } as pg.ClientConfig)
  const unpacker = new Unpacker(directory, owner)
  const connection = (client as unknown as { connection: CopyingConnection }).connection
  connection.on('copyData', ({ chunk }) => {
    try {
      unpacker.receive(chunk)
    } catch (error) {
      connection.stream.destroy(error as Error)
    }
  })
  try {
    await client.connect()
    await client.query(`BASE_BACKUP (LABEL 'antipode', CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'no')`)
  } finally {
    unpacker.close()
    await client.end().catch(() => undefined)
  }
}

/** Takes the messages of `BASE_BACKUP` apart: `n` begins an archive, `d` carries its bytes, `m` and `p` are news. */
class Unpacker {
  readonly #directory: string
  readonly #owner: UnprivilegedUser | undefined
  #file: number | undefined
  #tar: TarReader | undefined

  constructor(directory: string, owner: UnprivilegedUser | undefined) {
    this.#directory = directory
    this.#owner = owner
  }

  receive(message: Buffer): void {
    const kind = String.fromCharCode(message[0] ?? 0)
    if (kind === 'n') this.#tar = this.#reader()
    else if (kind === 'd') this.#tar?.write(message.subarray(1))
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #reader(): TarReader {
    return new TarReader(
      (entry) => {
        this.close()
        const path = join(this.#directory, normalize(join(sep, entry.name)))
        if (entry.kind === 'file') {
          this.#file = openSync(path, 'w', entry.mode)
          if (this.#owner) fchownSync(this.#file, this.#owner.uid, this.#owner.gid)
          return
        }
        if (entry.kind === 'symlink') symlinkSync(entry.linkTarget, path)
        // Parents come first in the stream; one that is missing was removed by a supervisor that stops.
        else if (!existsSync(path)) mkdirSync(path, { mode: entry.mode })
        if (this.#owner) lchownSync(path, this.#owner.uid, this.#owner.gid)
      },
      (data) => {
        for (let written = 0; written < data.length; ) {
          written += writeSync(this.#file!, data, written)
        }
      },
    )
  }
}
