import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  editionsGoneBack,
  equalChanges,
  lastEditions,
} from '../../../../toolkit/drill/measure/independent-configuration.ts'
import type { EditionSample } from '../../../../toolkit/drill/measure/observations.ts'
import { writersAtOnce } from '../../../../toolkit/drill/measure/writers-at-once.ts'
import { controlPlane, dataPlane, write } from '../recorded-drill.ts'

function edition(region: string, sent: number, said: string): EditionSample {
  return { vantage: 'us', region, sent, ended: sent + 2, edition: said }
}

/** Two regions that acknowledged the writes 1 and 2, east in one order and west in the other, each with its own counting. */
const writes = [
  write(1, 100, { region: 'east', epoch: 1, revision: 11 }),
  write(2, 200, { region: 'east', epoch: 1, revision: 12 }),
  write(2, 100, { region: 'west', epoch: 2, revision: 31 }),
  write(1, 200, { region: 'west', epoch: 2, revision: 32 }),
]
const editions = ['east', 'west'].flatMap((region) => [edition(region, 0, '1'), edition(region, 900, '1')])
const east = (revision: number, hash: string) =>
  dataPlane('east', 500 + revision, { lineage: 'e', epoch: 1, revision, hash })
const west = (revision: number, hash: string) =>
  dataPlane('west', 500 + revision, { lineage: 'w', epoch: 2, revision, hash })

test('regions with the same changes serve the same hash, however each counts them', () => {
  const dataPlanes = [east(11, 'one'), east(12, 'both'), west(31, 'two'), west(32, 'both')]
  assert.deepEqual(equalChanges({ dataPlanes, editions, writes }, Infinity), { compared: 1, faults: [] })
})

test('another hash for the same changes is a fault', () => {
  const dataPlanes = [east(12, 'both'), west(32, 'other')]
  assert.deepEqual(equalChanges({ dataPlanes, editions, writes }, Infinity).faults, [
    'with the same changes in both, east served both and west other',
  ])
  assert.deepEqual(equalChanges({ dataPlanes, editions, writes }, 100), { compared: 0, faults: [] }, 'while healing')
})

test('regions of different editions are not compared, nor is one that is just changing', () => {
  const dataPlanes = [east(12, 'both'), west(32, 'other')]
  const newer = [edition('west', 0, '2'), edition('west', 900, '2')]
  const changing = [edition('west', 0, '1'), edition('west', 900, '2')]
  for (const there of [newer, changing]) {
    const seen = { dataPlanes, editions: [...editions.slice(0, 2), ...there], writes }
    assert.deepEqual(equalChanges(seen, Infinity), { compared: 0, faults: [] })
  }
})

test('an older edition after a newer one is an old configuration that has won', () => {
  const samples = [edition('east', 0, '1'), edition('east', 100, '2'), edition('west', 200, '1')]
  assert.deepEqual(editionsGoneBack(samples, []), [])
  const back = [...samples, edition('east', 300, '1')]
  assert.deepEqual(editionsGoneBack(back, []), ['east went back from edition 2 to 1'])
  assert.deepEqual(editionsGoneBack(back, ['east']), [], 'several data planes at one address may take turns')
  assert.deepEqual(editionsGoneBack([...samples, edition('east', 101, '1')], []), [], 'answers that crossed')
  assert.equal(lastEditions({ editions: back }).get('east'), '1')
})

test('independent regions may all write, unless two name one lineage', () => {
  const reign = (region: string, lineage: string) =>
    [0, 500].map((sent) => controlPlane(region, sent, { lineage, epoch: region === 'east' ? 1 : 2 }))
  const own = [...reign('east', 'e'), ...reign('west', 'w')]
  assert.deepEqual(writersAtOnce(own, writes, true), { most: 1, violations: [] })
  assert.equal(writersAtOnce(own, [], false).most, 2)
  const same = [...reign('east', 'e'), ...reign('west', 'e')]
  assert.equal(writersAtOnce(same, [], true).most, 2)
})
