import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { carryOut, refusalOf } from '../../../toolkit/failover/steps/carry-out.ts'
import { ProcedureJournal } from '../../../toolkit/failover/steps/procedure-journal.ts'
import type { Step, StepState } from '../../../toolkit/failover/steps/step.ts'
import { milliseconds } from '../../../topology/index.ts'

const NAME = { procedure: 'switchover', to: 'west' }

describe('carrying out steps', () => {
  let directory: string
  let count = 0
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'antipode-steps-'))
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  const newFile = () => join(directory, `${++count}.jsonl`)
  const run = (steps: readonly Step[], file: string, patience?: number) =>
    carryOut(steps, {
      ...{ name: NAME, journal: new ProcedureJournal(file), every: milliseconds(1) },
      ...(patience !== undefined && { patience: milliseconds(patience) }),
    })

  /** A step that is done once it was begun, and writes down what becomes of it. */
  function step(id: string, did: string[], more: Partial<Step> = {}): Step & { state: StepState } {
    const made: Step & { state: StepState } = {
      ...{ id, what: id, expected: 'at once', state: { is: 'ready' } },
      look: async () => made.state,
      begin: async () => {
        did.push(id)
        made.state = { is: 'done' }
      },
      ...more,
    }
    return made
  }

  test('waits for what is under way without beginning it again, whoever began it', async () => {
    const did: string[] = []
    let looks = 0
    const slow = step('slow', did, {
      look: async () => (++looks < 4 ? { is: 'under-way', what: 'moves' } : { is: 'done' }),
    })
    await run([slow, step('next', did)], newFile())
    assert.deepEqual(did, ['next'])
  })

  test('does nothing at all while something up to the point of no return would be refused', async () => {
    const did: string[] = []
    const later = { ...step('later', did), look: async () => ({ is: 'refused', because: 'not yet' }) as const }
    const promote = step('promote', did, { irreversible: true })
    assert.equal(await refusalOf([step('drain', did), promote, later]), undefined)
    promote.state = { is: 'refused', because: 'it is being backed up' }
    await assert.rejects(run([step('drain', did), promote], newFile()), /promote: it is being backed up/)
    assert.deepEqual(did, [])
  })

  const drainThen = (did: string[], promote: Step, undone = true) => [
    step('drain', did, {
      undo: async () => {
        did.push('undrain')
        return undone
      },
    }),
    promote,
  ]

  test('takes back what came before a step that was refused when asked for', async () => {
    const did: string[] = []
    const refusal = new AntipodeError('ANTIPODE_REFUSED', { reason: 'no' })
    const promote = step('promote', did, { irreversible: true, begin: () => Promise.reject(refusal) })
    const file = newFile()
    await assert.rejects(run(drainThen(did, promote), file), /no/)
    assert.deepEqual(did, ['drain', 'undrain'])
    assert.equal(new ProcedureJournal(file).open, undefined)
  })

  test('takes nothing back where the answer to a step that nothing undoes was lost, and is gone on with', async () => {
    const did: string[] = []
    const promote = step('promote', did, { irreversible: true })
    const lost = { ...promote, begin: () => Promise.reject(new Error('socket hang up')) }
    const file = newFile()
    const [drain] = drainThen(did, promote)
    await assert.rejects(run([drain!, lost], file), /socket hang up/)
    assert.deepEqual(new ProcedureJournal(file).open, NAME)
    await run([drain!, promote], file)
    assert.deepEqual(did, ['drain', 'promote'])
    assert.equal(new ProcedureJournal(file).open, undefined)
  })

  test('takes back in another process what an earlier one began', async () => {
    const did: string[] = []
    const file = newFile()
    const journal = new ProcedureJournal(file)
    journal.begin(NAME)
    journal.step('about-to', 'drain')
    const promote = step('promote', did, { irreversible: true })
    promote.state = { is: 'refused', because: 'its storage is full' }
    const drained = { ...drainThen(did, promote)[0]!, look: async () => ({ is: 'done' }) as const }
    await assert.rejects(run([drained, promote], file), /its storage is full/)
    assert.deepEqual(did, ['undrain'])
  })

  test('gives up waiting, says how to go on, and leaves the procedure open', async () => {
    const did: string[] = []
    const never = step('promote', did, { irreversible: true })
    never.state = { is: 'under-way', what: 'is modifying' }
    const file = newFile()
    const steps = drainThen(did, never)
    await assert.rejects(run(steps, file, 5), /promote: not done within 5 ms; is modifying\. Run this again to go on/)
    assert.deepEqual(did, ['drain'])
    assert.deepEqual(new ProcedureJournal(file).open, NAME)
  })

  test('reads a journal whose last line a crash cut short', () => {
    const file = newFile()
    new ProcedureJournal(file).begin(NAME)
    appendFileSync(file, '{"at":"2026-')
    const journal = new ProcedureJournal(file)
    assert.deepEqual(journal.open, NAME)
    journal.step('about-to', 'drain')
    assert.ok(new ProcedureJournal(file).has('drain'))
    assert.throws(() => journal.begin({ procedure: 'failover', to: 'west' }), /the switchover to west has not ended/)
  })
})
