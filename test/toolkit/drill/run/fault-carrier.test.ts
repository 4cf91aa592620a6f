import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Scene } from '../../../../toolkit/drill/faults/fault-interface.ts'
import { FAULTS } from '../../../../toolkit/drill/faults/index.ts'
import { FaultCarrier, journalOf } from '../../../../toolkit/drill/run/fault-carrier.ts'
import { DRIFT } from '../../../../toolkit/drill/writes/editions.ts'
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
      if (name === 'undo' && failing && JSON.stringify(args).includes(failing)) throw new Error('cannot')
    }
  const names = ['kill', 'freeze', 'start', 'link', 'afflict', 'configure', 'undo', 'lease', 'release']
  const calls = names.map((name) => [name, note(name)])
  const still = { links: async () => links, describe: async () => ({ gslb: { host: 'api.example' } }) }
  const topology = { ...Object.fromEntries(calls), ...still } as unknown as LocalTopology
  const scene: Scene = {
    ...{ loseUpstream: note('loseUpstream'), startUpstream: note('startUpstream') },
    ...{ cutOffOperator: note('cutOffOperator'), joinOperator: note('joinOperator') },
    ...{ upgradeDatabases: note('upgradeDatabases'), moveWriterAround: note('moveWriterAround') },
  }
  return { asked: () => asked.map((line) => line.replace(/-[0-9a-f]{8}"/, '-ID"')), topology, scene }
}

function planOf(name: string, entry: Record<string, unknown>) {
  const plan = FAULTS[name]!.read(entry, ['east', 'west'], (field, _, change) => assert.fail(`${field}: ${change}`))
  assert.ok(plan)
  return plan
}

/** What each fault asks of the topology (several calls: with what it asks first), and what its undo is. */
const CASES: Record<string, { entry: Record<string, unknown>; done: string; undo: object[] }> = {
  'bad-config-pushed': {
    entry: { 'bad-config-pushed': '/v1/ping' },
    done: 'configure [{"method":"PUT","path":"/apisix/admin/routes/antipode-drill-bad"',
    undo: [{ do: 'configure', method: 'DELETE', path: '/apisix/admin/routes/antipode-drill-bad' }],
  },
  'certificate-expired': afflicted({ 'certificate-expired': 'east' }, { kind: 'expired-certificate', region: 'east' }),
  'clock-skew': afflicted(
    { 'clock-skew': 'east', by: '-10m' },
    { kind: 'clock', region: 'east', milliseconds: -600_000 },
  ),
  'crash-while-publishing': {
    entry: { 'crash-while-publishing': 'east' },
    done: 'link ["east","west",{"delay":400}]',
    undo: [...bothWays('east', 'west', { delay: 5 }), { do: 'start', region: 'east', parts: ['control-plane'] }],
  },
  'disk-full': afflicted({ 'disk-full': 'east' }, { kind: 'full-disk', region: 'east' }),
  dns: afflicted({ dns: 'wrong', answer: 'west' }, { kind: 'dns', region: 'west' }),
  drift: {
    entry: { drift: 'west' },
    done: 'configure [{"region":"west","method":"',
    undo: [
      { do: 'configure', region: 'west', method: 'PUT', ...DRIFT.original },
      { do: 'configure', region: 'west', method: 'PUT', ...DRIFT.deleted },
      { do: 'configure', region: 'west', method: 'DELETE', path: DRIFT.added.path },
    ],
  },
  freeze: {
    entry: { freeze: 'west' },
    done: 'freeze ["west",["control-plane","data-plane","database"]]',
    undo: [{ do: 'thaw', region: 'west', parts: ['control-plane', 'data-plane', 'database'] }],
  },
  lose: {
    entry: { lose: 'east', ways: ['database', 'data-plane'] },
    done: 'kill ["east",["data-plane","database"]]',
    undo: [{ do: 'start', region: 'east', parts: ['data-plane', 'database'] }],
  },
  lossy: {
    entry: { lossy: ['east', 'west'], loss: '20%' },
    done: 'link ["east","west",{"loss":0.2}]',
    undo: bothWays('east', 'west', { loss: 0 }),
  },
  'lost-slot': afflicted({ 'lost-slot': 'west' }, { kind: 'lost-slot', region: 'west' }),
  'operator-cut-off': {
    entry: { 'operator-cut-off': 'east' },
    done: 'cutOffOperator ["east"]',
    undo: [{ do: 'join-operator', region: 'east' }],
  },
  partition: {
    entry: { partition: ['east', 'west'], direction: 'one-way' },
    done: 'link ["east","west",{"cut":true},"there"]',
    undo: bothWays('east', 'west', { cut: false }),
  },
  slow: {
    entry: { slow: ['east', 'west'], delay: '40ms' },
    done: 'link ["east","west",{"delay":40}]',
    undo: bothWays('east', 'west', { delay: 5 }),
  },
  'stale-config': afflicted({ 'stale-config': 'east' }, { kind: 'old-snapshot', region: 'east' }),
  'stale-config from a recording': afflicted(
    { 'stale-config': 'east', from: 'recording' },
    { kind: 'old-frames', region: 'east' },
  ),
  'thundering-herd': {
    entry: { 'thundering-herd': 'east' },
    done: 'kill ["east",["control-plane"]]',
    undo: [{ do: 'start', region: 'east', parts: ['control-plane'] }],
  },
  'upgrade-database': {
    entry: { 'upgrade-database': 18 },
    done: 'upgradeDatabases [18]',
    undo: ['east', 'west'].map((region) => ({ do: 'start', region, parts: ['database'] })),
  },
  'upstream-region-lost': {
    entry: { 'upstream-region-lost': 'east' },
    done: 'loseUpstream ["east"]',
    undo: [{ do: 'start-upstream', region: 'east' }],
  },
}

function afflicted(entry: Record<string, unknown>, affliction: object) {
  return { entry, done: `afflict [${JSON.stringify(affliction)}]`, undo: [{ do: 'relieve', affliction }] }
}

function bothWays(from: string, to: string, state: object) {
  return [
    { do: 'link', from, to, state },
    { do: 'link', from: to, to: from, state },
  ]
}

/** The one field of an entry that names a fault comes first. */
const nameOf = (entry: Record<string, unknown>) => Object.keys(entry)[0]!

test('every fault has a case here', () => {
  const names = new Set(Object.values(CASES).map(({ entry }) => nameOf(entry)))
  assert.deepEqual([...names].sort(), Object.keys(FAULTS).sort())
})

for (const [title, { entry, done, undo }] of Object.entries(CASES)) {
  test(`${title}: journal, then lease, then the deed; undone, it is as it was`, async () => {
    const name = nameOf(entry)
    const dataDir = mkdtempSync(join(folder, name))
    // The link was 5 ms long before, and is so again afterwards.
    const sound = { cut: false, delay: 5, loss: 0 }
    const { asked, topology, scene } = recorder(dataDir, [
      { from: 'west', to: 'east', ...sound },
      { from: 'east', to: 'west', ...sound },
    ])
    const carrier = new FaultCarrier(topology, journalOf(dataDir), scene)
    await carrier.inject(planOf(name, entry), 30, true)
    const [lease, ...deeds] = asked()
    assert.equal(lease, `lease ["${name}-ID",30,${JSON.stringify(undo)}] after 1`)
    assert.ok(deeds[0]!.startsWith(done) && deeds.every((deed) => deed.endsWith(' after 1')), deeds.join('\n'))
    assert.deepEqual(await carrier.undoOwn('drill'), [
      { what: FAULTS[name]!.describe(planOf(name, entry)), failure: null },
    ])
    const ofTheDrill: Record<string, string> = {
      'upstream-region-lost': 'startUpstream ["east"] after 2',
      'operator-cut-off': 'joinOperator ["east"] after 2',
    }
    const steps = undo.map((step) => ofTheDrill[name] ?? `undo [${JSON.stringify(step)}] after 2`)
    assert.deepEqual(asked().slice(1 + deeds.length), [...steps, `release ["${name}-ID"] after 2`])
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
  assert.equal(
    heir.asked()[0],
    'undo [{"do":"thaw","region":"east","parts":["control-plane","data-plane","database"]}] after 2',
  )
})

test('an undo that fails stops no other, and stays in the journal', async () => {
  const dataDir = mkdtempSync(join(folder, 'failing'))
  const { topology } = recorder(dataDir, [], '"do":"thaw"')
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
