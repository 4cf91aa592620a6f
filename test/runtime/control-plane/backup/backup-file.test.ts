import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  type BackupHeader,
  type BackupRow,
  checkBackupFile,
  rowsOf,
  writeBackupFile,
} from '../../../../runtime/control-plane/backup/backup-file.ts'

const HEADER: BackupHeader = {
  ...{ backup: 1, at: '2026-11-21T12:00:00.000Z', runtime: '0.1.0', schema: 2, lineage: 'a', epoch: 65, revision: 7 },
  writer: 'east',
}
const ROWS: BackupRow[] = [
  {
    table: 'resource',
    json: '{"id":"1","value":"{\\"desc\\":\\"two\\\\nlines\\"}","modified_index":9007199254740993}',
  },
  { table: 'resource', json: '{"id":"2","value":"\u2028 \u2029 \u0085 é 😀"}' },
  { table: 'write', json: '{"id":"3"}' },
]

async function* batches(...all: (readonly BackupRow[])[]) {
  yield* all
}

describe('a backup file', () => {
  let folder: string
  let file: string
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'antipode-test-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    file = path.join(folder, 'a.backup')
    await writeBackupFile(file, HEADER, batches(ROWS.slice(0, 2), ROWS.slice(2)))
  })

  it('gives back its header and its rows, digit for digit', async () => {
    assert.deepEqual(await checkBackupFile(file), HEADER)
    const rows: BackupRow[] = []
    for await (const row of rowsOf(file)) rows.push(row)
    assert.deepEqual(rows, ROWS)
  })

  it('is for its owner alone, and nothing lies beside it', () => {
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ['a.backup'])
  })

  it('stays what it was when writing the next one fails', async () => {
    const before = readFileSync(file, 'utf8')
    const fails = async function* (): AsyncIterable<BackupRow[]> {
      yield ROWS
      throw new Error('the database is gone')
    }
    await assert.rejects(writeBackupFile(file, HEADER, fails()), /the database is gone/)
    assert.equal(readFileSync(file, 'utf8'), before)
    assert.deepEqual(readdirSync(folder), ['a.backup'])
  })

  it('is refused when a character of it is another', async () => {
    writeFileSync(file, readFileSync(file, 'utf8').replace('lines', 'lined'))
    await assert.rejects(checkBackupFile(file), { code: 'BACKUP_DAMAGED', message: /does not fit its checksum/ })
  })

  it('is refused wherever it was cut off', async () => {
    const whole = readFileSync(file)
    for (let length = 0; length < whole.length - 1; length++) {
      writeFileSync(file, whole.subarray(0, length))
      await assert.rejects(checkBackupFile(file), { code: 'BACKUP_DAMAGED' }, `after ${length} bytes`)
    }
  })

  it('is refused when a line is missing', async () => {
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, lines.toSpliced(2, 1).join('\n'))
    await assert.rejects(checkBackupFile(file), { code: 'BACKUP_DAMAGED', message: /3 rows and holds 2/ })
  })

  it('is refused when it is something else, or of a later form', async () => {
    writeFileSync(file, '{"routes":[]}\n{}\n')
    await assert.rejects(checkBackupFile(file), { message: /does not begin as a backup does/ })
    writeFileSync(file, '{"backup":2}\n{"rows":0,"sha256":""}\n')
    await assert.rejects(checkBackupFile(file), { message: /this release reads form 1, not 2/ })
  })
})
