import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decideStart, type StoredDatabase } from '../../../../toolkit/local/database/first-primary.ts'

const stored = (east: [StoredDatabase['is'], number], west: [StoredDatabase['is'], number]): StoredDatabase[] => [
  { region: 'east', is: east[0], timeline: east[1] },
  { region: 'west', is: west[0], timeline: west[1] },
]
const decide = (databases: StoredDatabase[], last?: string) => {
  const { primary, start } = decideStart(databases, 'east', last)
  return [primary, start.get('east'), start.get('west')]
}

describe('which database writes when a topology starts', () => {
  it('is the declared one when nothing is there', () => {
    assert.deepEqual(decide(stored(['empty', 0], ['empty', 0])), ['east', 'create', 'rebuild'])
  })

  it('is the one that wrote, when the other stood by', () => {
    assert.deepEqual(decide(stored(['primary', 1], ['standby', 1])), ['east', 'resume', 'resume'])
    assert.deepEqual(decide(stored(['standby', 2], ['primary', 2]), 'west'), ['west', 'resume', 'resume'])
  })

  it('is the one that was promoted last, when a failover left two', () => {
    assert.deepEqual(decide(stored(['primary', 1], ['primary', 2])), ['west', 'resume', 'resume'])
    assert.deepEqual(decide(stored(['primary', 3], ['primary', 2]), 'west'), ['east', 'resume', 'resume'])
  })

  it('is the last primary, when a switchover was interrupted before the promotion', () => {
    assert.deepEqual(decide(stored(['standby', 1], ['standby', 1]), 'east'), ['east', 'become-primary', 'resume'])
    assert.deepEqual(decide(stored(['standby', 2], ['standby', 2]), 'west'), ['west', 'resume', 'become-primary'])
  })

  it('is what is left, when one lost its data', () => {
    assert.deepEqual(decide(stored(['empty', 0], ['standby', 1])), ['west', 'rebuild', 'become-primary'])
    assert.deepEqual(decide(stored(['primary', 1], ['empty', 0])), ['east', 'resume', 'rebuild'])
  })
})
