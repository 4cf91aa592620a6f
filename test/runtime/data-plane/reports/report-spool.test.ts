import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { ReportSpool } from '../../../../runtime/data-plane/reports/report-spool.ts'
import type { CallReport } from '../../../../runtime/model/call-report.ts'
import { temporaryFolder } from '../support/test-data-plane.ts'

const logger = pino({ level: 'silent' })
const BOUNDS = { size: 1_000, age: 60_000 }
const run = randomUUID()

function report(sequence: number, calls: number, dropped = { reports: 0, calls: 0 }): CallReport {
  const counts = { statuses: [], ingress: 0, egress: 0, time: 0, latency: [] }
  const rows = [{ route: 'r', service: '', upstream: '', calls, ...counts }]
  return { format: 1, instance: null, run, sequence, index: 'default', region: 'local', minute: 0, rows, dropped }
}

test('what waits is there after a restart, the oldest first, and what was accepted is not', async () => {
  const folder = join(await temporaryFolder(), 'reports')
  const before = await ReportSpool.open(folder, BOUNDS, logger)
  for (const sequence of [1, 2, 3]) await before.add(report(sequence, 10), Buffer.from(`report ${sequence}`))
  await before.remove(before.oldest!)

  const after = await ReportSpool.open(folder, BOUNDS, logger)
  assert.deepEqual(after.waiting, { reports: 2, bytes: 16 })
  assert.equal(String(await after.read(after.oldest!)), 'report 2')
})

test('past its size the oldest are dropped, and their calls counted', async () => {
  const folder = join(await temporaryFolder(), 'reports')
  const spool = await ReportSpool.open(folder, BOUNDS, logger)
  for (const sequence of [1, 2, 3, 4]) await spool.add(report(sequence, sequence), Buffer.alloc(400))
  assert.equal(spool.waiting.reports, 2)
  assert.deepEqual(spool.dropped, { reports: 2, calls: 3 })
  assert.equal((await readdir(folder)).length, 2)
})

test('what is too old is dropped at the next start', async () => {
  const folder = join(await temporaryFolder(), 'reports')
  const before = await ReportSpool.open(folder, BOUNDS, logger, () => 1_000_000)
  await before.add(report(1, 7), Buffer.from('old'))
  const after = await ReportSpool.open(folder, BOUNDS, logger, () => 1_060_001)
  assert.deepEqual(after.waiting, { reports: 0, bytes: 0 })
  assert.deepEqual(after.dropped, { reports: 1, calls: 7 })
})

test('a dropped report takes along what it would have told to be dropped', async () => {
  const folder = join(await temporaryFolder(), 'reports')
  const before = await ReportSpool.open(folder, BOUNDS, logger)
  await before.add(report(1, 7, { reports: 2, calls: 30 }), Buffer.from('first'))
  const after = await ReportSpool.open(folder, BOUNDS, logger)
  await after.drop(after.oldest!)
  assert.deepEqual(after.takeDropped(), { reports: 3, calls: 37 })
  assert.deepEqual(after.dropped, { reports: 0, calls: 0 })
})

test('what the disk does not take is kept in memory, and said', async () => {
  const folder = join(await temporaryFolder(), 'reports')
  const spool = await ReportSpool.open(folder, BOUNDS, logger)
  // A folder that has become a file takes nothing, whoever asks.
  await rm(folder, { recursive: true })
  await writeFile(folder, '')
  await spool.add(report(1, 7), Buffer.from('kept'))
  assert.match(spool.failure!, /^reports cannot be kept on disk: /)
  assert.equal(String(await spool.read(spool.oldest!)), 'kept')
})
