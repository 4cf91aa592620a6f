import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Foundation } from '../supervisor/foundation.ts'
import { databaseOf, type Remedy } from './remedy.ts'

const BLOCK = Buffer.alloc(64 * 1024)
const PAGE = BLOCK.subarray(0, 4096)

/** A file takes what the disk has left. The server may have ended over it, so taking it back starts what is dead. */
export const fullDisk: Remedy<'full-disk'> = {
  async inflict({ foundation }, { region }) {
    if (!foundation.prepared.includes('bounded-disk')) {
      throw new AntipodeError('USAGE', { reason: 'the databases share a large disk; run `up --prepare bounded-disk`' })
    }
    const file = openSync(ballastOf(foundation, region), 'w', 0o600)
    try {
      for (const piece of [BLOCK, PAGE]) fill(file, piece)
    } finally {
      closeSync(file)
    }
  },
  async relieve({ foundation, start }, { region }) {
    if (!existsSync(ballastOf(foundation, region))) return
    rmSync(ballastOf(foundation, region))
    await start('database')
    await start('control-plane')
  },
}

function ballastOf(foundation: Foundation, region: string): string {
  return `${databaseOf(foundation, region).server.directory}/ballast`
}

function fill(file: number, piece: Buffer): void {
  try {
    while (writeSync(file, piece) === piece.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
