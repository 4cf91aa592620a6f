import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FAULTS } from '../../../../toolkit/drill/faults/index.ts'
import { FaultCarrier, journalOf } from '../../../../toolkit/drill/run/fault-carrier.ts'
import type { Link, LocalTopology } from '../../../../toolkit/local/local-topology.ts'

const folder = mkdtempSync(join(tmpdir(), 'antipode-carrier-'))
after(() => rmSync(folder, { recursive: true }))

/** Notes what is asked of a topology, and how long the journal was at that moment. */
function recorder(dataDir: string, links: readonly Link[] = [], failing?: string) {
  const asked: string[] = []
  const note =
    (name: string) =>
    async (...args: unknown[]) => {
      const journal = readFileSync(join(dataDir, 'fault-journal.ndjson'), 'utf8').trim().split('\n').length
      asked.push(`${name} ${JSON.stringify(args)} after ${journal}`)
      if (name === failing) throw new Error('cannot')
    }
  const calls = ['kill', 'freeze', 'thaw', 'start', 'link', 'lease', 'release'].map((name) => [name, note(name)])
  const topology = { ...Object.fromEntries(calls), links: async () => links } as unknown as LocalTopology
  return { asked: () => asked.map((line) => line.replace(/[0-9a-f]{8}/, 'ID')), topology }
}

function planOf(name: string, entry: Record<string, unknown>) {
  const plan = FAULTS[name]!.read(entry, ['east', 'west'], (field, _, change) => assert.fail(`${field}: ${change}`))
  assert.ok(plan)
  return plan
}

const CASES: Record<string, { entry: Record<string, unknown>; done: string; undone: string; undo: object }> = {
  lose: {
    entry: { lose: 'east', ways: ['database', 'data-plane'] },
    done: 'kill ["east",["data-plane","database"]]',
    undone: 'start ["east",["data-plane","database"]]',
    undo: { do: 'start', region: 'east', parts: ['data-plane', 'database'] },
  },
  freeze: {
    entry: { freeze: 'west' },
    done: 'freeze ["west",["control-plane","data-plane","database"]]',
    undone: 'thaw ["west",["control-plane","data-plane","database"]]',
    undo: { do: 'thaw', region: 'west', parts: ['control-plane', 'data-plane', 'database'] },
  },
  partition: {
    entry: { partition: ['east', 'west'] },
    done: 'link ["east","west",{"cut":true}]',
    undone: 'link ["east","west",{"cut":false}]',
    undo: { do: 'link', from: 'east', to: 'west', state: { cut: false } },
  },
  slow: {
    entry: { slow: ['east', 'west'], delay: '40ms' },
    done: 'link ["east","west",{"delay":40}]',
    undone: 'link ["east","west",{"delay":5}]',
    undo: { do: 'link', from: 'east', to: 'west', state: { delay: 5 } },
  },
}

test('every fault has a case here', () => {
  assert.deepEqual(Object.keys(CASES).sort(), Object.keys(FAULTS).sort())
})

for (const [name, { entry, done, undone, undo }] of Object.entries(CASES)) {
  test(`${name}: journal, then lease, then the deed; undone, it is as it was`, async () => {
    const dataDir = mkdtempSync(join(folder, name))
    // The link was 5 ms long before, and is so again afterwards.
    const { asked, topology } = recorder(dataDir, [{ from: 'west', to: 'east', cut: false, delay: 5 }])
    const carrier = new FaultCarrier(topology, journalOf(dataDir))
    await carrier.inject(planOf(name, entry), 30, true)
    assert.deepEqual(asked(), [`lease ["${name}-ID",30,[${JSON.stringify(undo)}]] after 1`, `${done} after 1`])
    assert.deepEqual(await carrier.undoOwn('drill'), [
      { what: FAULTS[name]!.describe(planOf(name, entry)), failure: null },
    ])
    assert.deepEqual(asked().slice(2), [`${undone} after 2`, `release ["${name}-ID"] after 2`])
    assert.deepEqual(journalOf(dataDir).open(), [])
    assert.deepEqual(await carrier.undoOwn('drill'), [], 'a second undo does nothing')
  })
}

test('another process undoes what a dead one left, by its journal alone', async () => {
  const dataDir = mkdtempSync(join(folder, 'heir'))
  const dead = recorder(dataDir)
  await new FaultCarrier(dead.topology, journalOf(dataDir)).inject(planOf('freeze', { freeze: 'east' }), 30, false)
  const heir = recorder(dataDir)
  const carrier = new FaultCarrier(heir.topology, journalOf(dataDir))
  assert.deepEqual(await carrier.undoOwn('drill'), [], 'what others did is left alone by a drill')
  await carrier.undoAll('command `fault heal`')
  assert.equal(heir.asked()[0], 'thaw ["east",["control-plane","data-plane","database"]] after 2')
})

test('an undo that fails stops no other, and stays in the journal', async () => {
  const dataDir = mkdtempSync(join(folder, 'failing'))
  const { topology } = recorder(dataDir, [], 'thaw')
  const carrier = new FaultCarrier(topology, journalOf(dataDir))
  await carrier.inject(planOf('lose', { lose: 'east' }), 30, false)
  await carrier.inject(planOf('freeze', { freeze: 'west' }), 30, false)
  const failures = (await carrier.undoOwn('drill')).map(({ failure }) => failure)
  assert.deepEqual(failures, ['cannot', null])
  assert.deepEqual(
    journalOf(dataDir)
      .open()
      .map(({ what }) => what),
    ['west: data plane, control plane, database frozen'],
  )
})
