import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS } from '../../../../toolkit/drill/faults/index.ts'
import type { Observations, Probe } from '../../../../toolkit/drill/measure/observations.ts'
import { controlPlane, write } from '../recorded-drill.ts'

const NOTHING: Observations = { calls: [], probes: [], controlPlanes: [], dataPlanes: [], answers: [], writes: [] }
const STRUCK = 1_000

function probes(vantage: string, region: string, part: Probe['part'], answered: readonly boolean[]): Probe[] {
  return answered.map((yes, index) => ({
    vantage,
    region,
    part,
    sent: index * 250,
    ended: index * 250 + 2,
    answered: yes,
  }))
}

const DIES = [true, true, true, true, false, false, false]
const LIVES = [true, true, true, true, true, true, true]
const plan = { fault: 'lose', region: 'east', parts: ['data-plane', 'database'] }

for (const fault of [FAULTS.lose!, FAULTS.freeze!]) {
  const prove = (seen: Partial<Observations>, witnesses: readonly string[]) =>
    fault.prove({ ...plan, fault: fault.name }, { ...NOTHING, ...seen }, witnesses, STRUCK)

  test(`${fault.name} is proved when every part has fallen silent for every witness`, () => {
    const silent = ['us', 'eu'].flatMap((vantage) => [
      ...probes(vantage, 'east', 'data-plane', DIES),
      ...probes(vantage, 'east', 'database', [...LIVES.slice(0, 5), false, false]),
    ])
    assert.deepEqual(prove({ probes: silent }, ['us', 'eu']), {
      proved: true,
      at: 1_252,
      seenFrom: ['us', 'eu'],
      of: ['us', 'eu'],
    })
  })

  test(`${fault.name} is not proved while one part, or one witness, still gets answers`, () => {
    const seen = [...probes('us', 'east', 'data-plane', DIES), ...probes('us', 'east', 'database', LIVES)]
    assert.equal(prove({ probes: seen }, ['us']).proved, false)
    const one = ['data-plane', 'database'].flatMap((part) => probes('us', 'east', part as Probe['part'], DIES))
    assert.deepEqual(prove({ probes: one }, ['us', 'eu']).seenFrom, ['us'])
    assert.equal(prove({ probes: one }, ['us', 'eu']).proved, false)
  })

  test(`${fault.name} is not proved by what was silent before, by a single silent probe, or by no witness`, () => {
    const dead = DIES.map(() => false)
    const part = (answers: boolean[]) =>
      (['data-plane', 'database'] as const).flatMap((name) => probes('us', 'east', name, answers))
    assert.equal(prove({ probes: part(dead) }, ['us']).proved, false)
    assert.equal(prove({ probes: part([true, true, true, true, false, true, false]) }, ['us']).proved, false)
    assert.equal(prove({ probes: part(DIES) }, []).proved, false)
  })
}

test('a partition is proved when both regions serve and both miss each other', () => {
  const served = ['east', 'west'].flatMap((region) => probes('us', region, 'data-plane', LIVES))
  const apart = (east: boolean, west: boolean) => [
    controlPlane('east', 1_100, { peerReachable: east }),
    controlPlane('west', 1_300, { peerReachable: west }),
  ]
  const prove = (seen: Partial<Observations>) =>
    FAULTS.partition!.prove(
      { fault: 'partition', regions: ['east', 'west'] } as never,
      { ...NOTHING, ...seen },
      ['us'],
      STRUCK,
    )
  assert.deepEqual(prove({ probes: served, controlPlanes: apart(false, false) }), {
    proved: true,
    at: 1_302,
    seenFrom: ['us'],
    of: ['us'],
  })
  assert.equal(prove({ probes: served, controlPlanes: apart(false, true) }).proved, false)
  const dark = [...probes('us', 'east', 'data-plane', LIVES), ...probes('us', 'west', 'data-plane', DIES)]
  assert.equal(
    prove({ probes: dark, controlPlanes: apart(false, false) }).proved,
    false,
    'a dead region is no partition',
  )
})

test('a slow link is proved when acknowledgements take the round trip and did not before', () => {
  const quick = [100, 300, 500].map((sent) => write(1, sent))
  const slowed = [1_100, 1_300, 1_500].map((sent) => write(2, sent, { ended: sent + 85 }))
  const prove = (writes: Observations['writes']) =>
    FAULTS.slow!.prove(
      { fault: 'slow', regions: ['east', 'west'], delay: 40 } as never,
      { ...NOTHING, writes },
      ['writer'],
      STRUCK,
    )
  assert.deepEqual(prove([...quick, ...slowed]), { proved: true, at: 1_185, seenFrom: ['writer'], of: ['writer'] })
  assert.equal(prove([...quick, ...slowed.slice(0, 2)]).proved, false)
  assert.equal(prove([...quick.map((one) => ({ ...one, ended: one.sent + 90 })), ...slowed]).proved, false)
  assert.equal(prove([...quick, ...[1_100, 1_300, 1_500].map((sent) => write(3, sent))]).proved, false)
})
