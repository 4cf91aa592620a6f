import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FaultJournal } from '../../../toolkit/drill/journal.ts'

const folder = mkdtempSync(join(tmpdir(), 'antipode-journal-'))
after(() => rmSync(folder, { recursive: true }))
const undo = [{ do: 'thaw', region: 'east', parts: ['database'] }] as const

test('what is not undone is read back after a crash, newest first', () => {
  const file = join(folder, 'crash.ndjson')
  const journal = new FaultJournal(file)
  for (const id of ['one', 'two', 'three']) {
    journal.begin(id, `fault ${id}`, undo)
    journal.done(id)
  }
  journal.undone('two', 'drill')
  assert.deepEqual(new FaultJournal(file).open(), [
    { id: 'three', what: 'fault three', undo },
    { id: 'one', what: 'fault one', undo },
  ])
})

test('an undo that failed is still to be done', () => {
  const journal = new FaultJournal(join(folder, 'failed.ndjson'))
  journal.begin('one', 'fault one', undo)
  journal.undoFailed('one', 'drill', 'no answer')
  assert.deepEqual(
    journal.open().map(({ id }) => id),
    ['one'],
  )
})

test('a line torn by a crash hides nothing, before it or after', () => {
  const file = join(folder, 'torn.ndjson')
  new FaultJournal(file).begin('one', 'fault one', undo)
  appendFileSync(file, '{"at":"2026-')
  const journal = new FaultJournal(file)
  assert.deepEqual(
    journal.open().map(({ id }) => id),
    ['one'],
  )
  journal.begin('two', 'fault two', undo)
  assert.deepEqual(
    new FaultJournal(file).open().map(({ id }) => id),
    ['two', 'one'],
  )
})

test('each line is on disk when the call returns', () => {
  const file = join(folder, 'disk.ndjson')
  const journal = new FaultJournal(file)
  journal.begin('one', 'fault one', undo)
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 1)
  journal.done('one')
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 2)
})
