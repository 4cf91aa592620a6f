import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answeredRecords, chooseRecord } from '../../../../toolkit/local/gslb/choose-record.ts'
import type { GslbRecord } from '../../../../toolkit/local/gslb/synthesised-zone.ts'

const check = { path: '/', interval: 10, threshold: 2 }
const record = (region: string, policy: GslbRecord['policy']): GslbRecord => ({ region, policy, ttl: 10, check })
const except =
  (...down: string[]) =>
  (region: string): boolean =>
    !down.includes(region)

describe('the failover policy', () => {
  const records = [
    record('west', { kind: 'failover', type: 'SECONDARY' }),
    record('east', { kind: 'failover', type: 'PRIMARY' }),
  ]

  it('answers with the primary while it is healthy', () => {
    assert.equal(chooseRecord(records, except()).region, 'east')
    assert.equal(chooseRecord(records, except('west')).region, 'east')
  })

  it('answers with the secondary when the primary is not', () => {
    assert.equal(chooseRecord(records, except('east')).region, 'west')
  })

  it('answers with the primary when all are unhealthy, as if all were healthy', () => {
    assert.equal(chooseRecord(records, except('east', 'west')).region, 'east')
  })
})

describe('the latency policy', () => {
  const records = ['a', 'b', 'c'].map((region) => record(region, { kind: 'latency' }))

  it('answers with the region nearest to the vantage point', () => {
    assert.equal(chooseRecord(records, except(), { nearest: 'b' }).region, 'b')
  })

  it('answers somebody with every healthy region', () => {
    assert.deepEqual(
      answeredRecords(records, except('b')).map(({ region }) => region),
      ['a', 'c'],
    )
  })

  it('leaves the nearest out while it is unhealthy', () => {
    assert.notEqual(chooseRecord(records, except('b'), { nearest: 'b' }).region, 'b')
  })

  it('answers one network always the same, and with the first declared when nothing is known', () => {
    const answer = (subnet: string): string => chooseRecord(records, except(), { subnet }).region
    assert.equal(answer('203.0.113.0'), answer('203.0.113.0'))
    const all = new Set(Array.from({ length: 64 }, (_, i) => answer(`198.51.100.${i}`)))
    assert.equal(all.size, 3)
    assert.equal(chooseRecord(records, except()).region, 'a')
  })
})

describe('the weighted policy', () => {
  const records = [
    record('a', { kind: 'weighted', weight: 1 }),
    record('b', { kind: 'weighted', weight: 3 }),
    record('c', { kind: 'weighted', weight: 0 }),
  ]
  const at = (point: number, isHealthy = except()): string => chooseRecord(records, isHealthy, {}, () => point).region

  it('answers in proportion to the weights, and never with weight 0', () => {
    assert.deepEqual([at(0), at(0.24), at(0.26), at(0.999)], ['a', 'a', 'b', 'b'])
  })

  it('answers with weight 0 when nothing else is healthy', () => {
    assert.equal(at(0.5, except('a', 'b')), 'c')
  })
})
