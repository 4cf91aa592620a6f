import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { REGION_ROLES } from '../../runtime/model/region-state.ts'
import { type Definitions, MODEL, search, unableToCheck } from './model-checker.ts'

const skip = unableToCheck()

/** What may happen in each search. Together they take about a minute of one core, and each below 2 GB. */
const SEARCHES = {
  'leaders crash, and lose their sessions unnoticed': {
    ...{ EPOCHS: 2, ROWS: 4, SEQUENCERS: 3, CRASHES: 1, LOST_SESSIONS: 1 },
  },
  'a lost region returns, and takes the right to write back': {
    ...{ EPOCHS: 3, ROWS: 5, SEQUENCERS: 3, CRASHES: 1, LOST_SESSIONS: 0 },
  },
  'the right to write is handed over': {
    ...{ EPOCHS: 2, ROWS: 4, SEQUENCERS: 3, CRASHES: 1, LOST_SESSIONS: 0, SWITCHOVERS: 1 },
  },
  'a writer returns with an older copy of its database': {
    ...{ EPOCHS: 2, ROWS: 5, SEQUENCERS: 3, CRASHES: 0, LOST_SESSIONS: 0, RESTORES: 1 },
  },
  'a region is ended that wrote alone, and returns': {
    ...{ EPOCHS: 3, ROWS: 4, SEQUENCERS: 4, CRASHES: 0, LOST_SESSIONS: 0, FENCES: 1 },
  },
  'nobody is there and a witness is asked, while leaders crash': {
    ...{ WITNESS: true, EPOCHS: 2, ROWS: 4, SEQUENCERS: 3, CRASHES: 1, LOST_SESSIONS: 0 },
  },
  'nobody is there and a witness is asked, while leaders lose their sessions unnoticed': {
    ...{ WITNESS: true, EPOCHS: 2, ROWS: 3, SEQUENCERS: 3, CRASHES: 0, LOST_SESSIONS: 1 },
  },
} satisfies Record<string, Definitions>

const FAILOVER = { EPOCHS: 2, ROWS: 4, SEQUENCERS: 3, CRASHES: 0, LOST_SESSIONS: 0 }
const OVERLAP = /epoch==newestEpoch/
const LOSS = /acknowledged\[n\]/

/** Rules taken away, and which property then does not hold. */
const MUTATIONS: readonly {
  readonly without: string
  readonly definitions: Definitions
  readonly violates: RegExp
}[] = [
  { without: 'confirmation', definitions: { ...FAILOVER, MUTATION_CONFIRMATION: true }, violates: LOSS },
  { without: 'the lease check', definitions: { ...FAILOVER, MUTATION_LEASE_CHECK: true }, violates: OVERLAP },
  {
    without: 'the wait before promotion',
    definitions: { ...FAILOVER, MUTATION_PROMOTION_WAIT: true },
    violates: OVERLAP,
  },
  { without: 'a margin for the drift of clocks', definitions: { ...FAILOVER, MARGIN: 0 }, violates: OVERLAP },
  {
    without: 'silence after deciding to promote',
    definitions: { ...FAILOVER, MUTATION_CONFIRMING_AFTER_DECIDING: true },
    violates: OVERLAP,
  },
  {
    without: 'the epoch check',
    definitions: { ...SEARCHES['a region is ended that wrote alone, and returns'], MUTATION_EPOCH_CHECK: true },
    violates: OVERLAP,
  },
  {
    without: 'the nonce check',
    definitions: { ...SEARCHES['a writer returns with an older copy of its database'], MUTATION_NONCE_CHECK: true },
    violates: LOSS,
  },
  {
    without: 'waiting for a peer that knows its epoch',
    definitions: { ...SEARCHES['a region is ended that wrote alone, and returns'], MUTATION_IGNORANT_PEER: true },
    violates: OVERLAP,
  },
  {
    without: 'refusing to promote beside a writer alone',
    definitions: {
      ...SEARCHES['a lost region returns, and takes the right to write back'],
      MUTATION_WRITER_ALONE: true,
    },
    violates: OVERLAP,
  },
  {
    without: 'answering only probes that came before the look',
    definitions: { ...FAILOVER, LOST_SESSIONS: 1, MUTATION_PROBE_AFTER_LOOK: true },
    violates: OVERLAP,
  },
  {
    without: 'numbers of probes that no other process uses',
    definitions: { ...FAILOVER, LOST_SESSIONS: 1, MUTATION_PROBE_NUMBERS: true },
    violates: OVERLAP,
  },
  {
    without: 'the consent of the witness to going on alone',
    definitions: { ...FAILOVER, WITNESS: true, MUTATION_WITNESS: true },
    violates: OVERLAP,
  },
  {
    without: 'certainty, on giving a claim back, that no later leader has made it',
    definitions: { ...FAILOVER, ROWS: 3, WITNESS: true, LOST_SESSIONS: 1, MUTATION_GIVING_BACK: true },
    violates: OVERLAP,
  },
]

suite('the protocol as a model', () => {
  for (const [name, definitions] of Object.entries(SEARCHES)) {
    test(`nothing is lost, nothing overlaps and nothing is stuck where ${name}`, { skip }, async (t) => {
      const found = await search(definitions)
      assert.equal(found.violation, null, found.output)
      assert.ok(found.complete, found.output)
      t.diagnostic(`${found.states} states`)
    })
  }

  for (const { without, definitions, violates } of MUTATIONS) {
    test(`without ${without} there is a counter-example`, { skip }, async () => {
      const found = await search(definitions, { optimise: false })
      assert.match(found.violation ?? found.output, violates)
      assert.ok(found.trail, found.output)
    })
  }

  test('the searches get as far as confirmed writes of the region that returned', { skip }, async () => {
    const found = await search({
      ...SEARCHES['a lost region returns, and takes the right to write back'],
      REACHED_EPOCH: 3,
    })
    assert.match(found.violation ?? found.output, /newestEpoch<3/)
  })
})

suite('the names of the model', () => {
  /** `active` is a word of Promela itself. */
  const namesOf = (model: string, type: string) =>
    new RegExp(`mtype:${type} = \\{ ([^}]*) \\}`)
      .exec(model)![1]!
      .split(', ')
      .map((name) => name.replace(/_$/, ''))

  test('are the roles of a region', async () => {
    assert.deepEqual(namesOf(await readFile(MODEL, 'utf8'), 'role'), [...REGION_ROLES])
  })

  test('are the messages between peers, but for the fleet, which no right depends on', async () => {
    const file = new URL('../../runtime/control-plane/replication/peer-messages.ts', import.meta.url)
    const kinds = [...(await readFile(file, 'utf8')).matchAll(/kind: '(\w+)'/g)].map((match) => match[1])
    assert.deepEqual([...namesOf(await readFile(MODEL, 'utf8'), 'message'), 'fleet'], kinds)
  })

  test('are the fields of what a witness holds', async () => {
    const file = new URL('../../runtime/control-plane/replication/automatic/witness.ts', import.meta.url)
    const [, fields] = /typedef Record \{ ([^}]*) \}/.exec(await readFile(MODEL, 'utf8'))!
    const names = fields!.split('; ').map((field) => /(\w+)(?: : \d+)?$/.exec(field)![1]!)
    assert.deepEqual(names, ['epoch', 'region', 'alone'])
    const [, held] = /export interface WitnessRecord \{([^}]*)\}/.exec(await readFile(file, 'utf8'))!
    for (const name of names) assert.match(held!, new RegExp(`readonly ${name}:`))
  })

  test('are the fields that leases and confirmations are about', async () => {
    const model = await readFile(MODEL, 'utf8')
    const folder = new URL('../../runtime/control-plane/', import.meta.url)
    const sources = [
      'replication/lease.ts',
      'replication/leadership.ts',
      'replication/follower.ts',
      'store/sequencer.ts',
    ]
    const code = (await Promise.all(sources.map((source) => readFile(new URL(source, folder), 'utf8')))).join()
    const fields = ['lease', 'promotionWait', 'term', 'epoch', 'revision', 'nonce', 'mandate', 'decided', 'writerEnded']
    for (const field of fields) {
      const word = new RegExp(`\\b${field}\\b`)
      assert.match(model, word)
      assert.match(code, word)
    }
  })
})
