import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  judgeStandby,
  judgeWriter,
  type StandbyFacts,
  type WriterFacts,
} from '../../../../runtime/control-plane/replication/automatic/rules.ts'

const AFTER = 10_000

/** Its writer has been silent for long enough, and nothing stands in the way. */
const LOST: StandbyFacts = {
  commit: 'confirmed',
  held: false,
  databaseAnswers: true,
  mayPromote: true,
  streamed: true,
  unheard: AFTER,
  confirmedUntilThen: true,
  holdsConfirmed: true,
  writerHandsOver: false,
  writerIsAlone: false,
  leaseLeft: 0,
}

describe('a standby takes over by itself', () => {
  it('where its writer has been silent for long enough and any lease of it is over', () => {
    assert.deepEqual(judgeStandby(LOST, AFTER), {
      ...{ acts: true, ready: true, reason: 'has not heard its writer for 10.0 s' },
    })
  })

  const waits: [string, Partial<StandbyFacts>, RegExp][] = [
    ['while it hears its writer', { unheard: 0 }, /hears its writer/],
    ['while its writer has been silent for too short a time', { unheard: AFTER - 1 }, /hears its writer/],
    ['while a lease that it renewed may last', { leaseLeft: 1 }, /lease/],
  ]
  for (const [when, facts, reason] of waits) {
    it(`not yet ${when}, but says that it would`, () => {
      const judgement = judgeStandby({ ...LOST, ...facts }, AFTER)
      assert.deepEqual([judgement.acts, judgement.ready], [false, true])
      assert.match(judgement.reason, reason)
    })
  }

  const refusals: [string, Partial<StandbyFacts>, RegExp][] = [
    ['writes are acknowledged before they are there', { commit: 'local' }, /commit local/],
    ['an operator holds it', { held: true }, /operator holds/],
    ['its database does not answer', { databaseAnswers: false }, /does not answer/],
    ['its database may not be promoted by it', { mayPromote: false }, /promote/],
    ['its database has not streamed', { streamed: false }, /streamed/],
    ['it has never heard its writer', { unheard: null }, /not heard its writer since/],
    ['its writer writes alone', { writerIsAlone: true }, /writes alone/],
    ['its writer hands over', { writerHandsOver: true }, /hands over/],
    ['it had ceased to confirm before its writer fell silent', { confirmedUntilThen: false }, /did not confirm/],
    ['its database is older than what it confirmed', { holdsConfirmed: false }, /no longer holds/],
  ]
  for (const [where, facts, reason] of refusals) {
    it(`never where ${where}, and says so before anything is lost`, () => {
      for (const heard of [{}, facts.unheard === null ? {} : { unheard: 0 }]) {
        const judgement = judgeStandby({ ...LOST, ...heard, ...facts }, AFTER)
        assert.deepEqual([judgement.acts, judgement.ready], [false, false])
        assert.match(judgement.reason, reason)
      }
    })
  }
})

/** No standby has confirmed for long enough, and nothing stands in the way. */
const UNCONFIRMED: WriterFacts = {
  solo: true,
  witnessed: true,
  held: false,
  draining: false,
  alone: false,
  unconfirmed: AFTER,
}

describe('a writer goes on alone by itself', () => {
  it('where no standby has confirmed for long enough', () => {
    assert.equal(judgeWriter(UNCONFIRMED, AFTER).acts, true)
  })

  it('not yet while its standby confirms, or has only just ceased to', () => {
    for (const unconfirmed of [null, 0, AFTER - 1]) {
      const { acts, ready } = judgeWriter({ ...UNCONFIRMED, unconfirmed }, AFTER)
      assert.deepEqual([acts, ready], [false, true])
    }
  })

  const refusals: [string, Partial<WriterFacts>][] = [
    ['it is not allowed to', { solo: false }],
    ['there is no witness to ask', { witnessed: false }],
    ['an operator holds it', { held: true }],
    ['it hands over', { draining: true }],
    ['it does so already', { alone: true }],
  ]
  for (const [where, facts] of refusals) {
    it(`never where ${where}`, () => {
      const { acts, ready } = judgeWriter({ ...UNCONFIRMED, ...facts }, AFTER)
      assert.deepEqual([acts, ready], [false, false])
    })
  }
})
