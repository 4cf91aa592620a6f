import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS } from '../../../../toolkit/drill/faults/index.ts'
import type { Observations, Probe } from '../../../../toolkit/drill/measure/observations.ts'
import { call, controlPlane, dataPlane, write } from '../recorded-drill.ts'

const NOTHING: Observations = {
  ...{ calls: [], probes: [], controlPlanes: [], dataPlanes: [] },
  ...{ answers: [], certificates: [], editions: [], writes: [] },
}
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
      { fault: 'partition', places: ['east', 'west'], oneWay: false } as never,
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

/** Entry, what is seen when it is so, and what is seen when it only looks so. */
const SEEN: Record<string, { entry: Record<string, unknown>; so: Partial<Observations>; not: Partial<Observations> }> =
  {
    'bad-config-pushed': {
      entry: { 'bad-config-pushed': '/v1/ping' },
      so: { calls: [calling(500, {}), calling(1_100, { status: 503 })] },
      not: { calls: [calling(1_100, { status: 503 })] },
    },
    'certificate-expired': {
      entry: { 'certificate-expired': 'east' },
      so: { certificates: [certificate(500, false), certificate(1_500, true)] },
      not: { certificates: [certificate(1_500, true)] },
    },
    'clock-skew': {
      entry: { 'clock-skew': 'east', by: '10m' },
      so: { writes: [write(1, 1_100, { region: 'east', clock: 599_400 })] },
      not: { writes: [write(1, 1_100, { region: 'east', clock: -700 }), write(2, 1_200, { region: 'east' })] },
    },
    'crash-while-publishing': {
      entry: { 'crash-while-publishing': 'east' },
      so: { probes: probes('us', 'east', 'control-plane', DIES) },
      not: { probes: probes('us', 'east', 'control-plane', LIVES) },
    },
    'disk-full': {
      entry: { 'disk-full': 'east' },
      so: { writes: [refusal('ANTIPODE_DISK_FULL')] },
      not: { writes: [refusal('ANTIPODE_UNAVAILABLE')] },
    },
    dns: {
      entry: { dns: 'wrong', answer: 'west' },
      so: { answers: [answer(500, 'east', 10), answer(1_200, 'west', 10)] },
      not: { answers: [answer(500, 'west', 10), answer(1_200, 'west', 10)] },
    },
    lossy: {
      entry: { lossy: ['east', 'west'], loss: '20%' },
      so: { writes: [write(1, 500), ...[1_100, 1_300, 1_500].map((sent) => write(2, sent, { ended: sent + 230 }))] },
      not: { writes: [500, 1_100, 1_300, 1_500].map((sent) => write(2, sent, { ended: sent + 230 })) },
    },
    'lost-slot': {
      entry: { 'lost-slot': 'west' },
      so: { controlPlanes: [streaming(500, true), streaming(1_200, false)] },
      not: { controlPlanes: [streaming(500, false), streaming(1_200, false)] },
    },
    'stale-config': {
      entry: { 'stale-config': 'east' },
      so: { controlPlanes: [9, 7, 7, 7, 7].map((revision, at) => controlPlane('east', 900 + at * 250, { revision })) },
      not: { controlPlanes: [9, 0, 0, 0, 9].map((revision, at) => controlPlane('east', 900 + at * 250, { revision })) },
    },
    'stale-config from a recording, refused': {
      entry: { 'stale-config': 'east', from: 'recording' },
      so: { dataPlanes: [dataPlane('east', 500), dataPlane('east', 1_500, { refusedAsOlder: 1 })] },
      not: { dataPlanes: [500, 1_500].map((sent) => dataPlane('east', sent, { refusedAsOlder: 1 })) },
    },
    'stale-config from a recording, served': {
      entry: { 'stale-config': 'east', from: 'recording' },
      so: { dataPlanes: [dataPlane('east', 500, { epoch: 65 }), dataPlane('east', 1_500, { revision: 9 })] },
      not: { dataPlanes: [dataPlane('east', 500), dataPlane('east', 1_500, { epoch: 65 })] },
    },
    'thundering-herd': {
      entry: { 'thundering-herd': 'east', 'data-planes': 2 },
      so: {
        probes: probes('us', 'east', 'control-plane', DIES),
        controlPlanes: [controlPlane('east', 1_900, { healthyInstances: 2 })],
      },
      not: {
        probes: probes('us', 'east', 'control-plane', DIES),
        controlPlanes: [controlPlane('east', 1_900, { healthyInstances: 1 })],
      },
    },
    'upgrade-database': {
      entry: { 'upgrade-database': 18 },
      so: { controlPlanes: [controlPlane('east', 500, { epoch: 1 }), controlPlane('west', 1_900, { epoch: 2 })] },
      not: {
        controlPlanes: [
          controlPlane('east', 500, { epoch: 1 }),
          controlPlane('east', 1_500, { epoch: 1 }),
          controlPlane('west', 1_900, { epoch: 2, role: 'frozen' }),
        ],
      },
    },
    'upstream-region-lost': {
      entry: { 'upstream-region-lost': 'east' },
      so: { probes: probes('us', 'east', 'upstream', DIES) },
      not: { probes: probes('us', 'west', 'upstream', DIES) },
    },
  }

for (const [title, { entry, so, not }] of Object.entries(SEEN)) {
  test(`${title} is proved by what is seen, and not by what only looks like it`, () => {
    const fault = FAULTS[Object.keys(entry)[0]!]!
    const plan = fault.read(entry, ['east', 'west'], (field, _, change) => assert.fail(`${field}: ${change}`))!
    const witnesses = fault.witness === 'writer' ? ['writer'] : ['us']
    const prove = (seen: Partial<Observations>, asked: readonly string[]) =>
      fault.prove(plan, { ...NOTHING, ...seen }, asked, STRUCK)
    const { proved, at, seenFrom } = prove(so, witnesses)
    assert.deepEqual({ proved, seenFrom }, { proved: true, seenFrom: witnesses })
    assert.ok(at! >= STRUCK)
    assert.equal(prove(not, witnesses).proved, false)
    assert.equal(prove({}, witnesses).proved, false)
    assert.equal(prove(so, []).proved, false)
    if (fault.witness === 'vantage') assert.equal(prove(so, ['us', 'eu']).proved, false)
  })
}

test('parts that are apart are proved by what each join is for', () => {
  const served = ['east', 'west'].flatMap((region) => probes('us', region, 'data-plane', LIVES))
  const cases: [string[], Parameters<typeof controlPlane>[2]][] = [
    [['east/control-plane', 'west/control-plane'], { peerReachable: false }],
    [['east/database', 'west/database'], { streaming: false }],
    [['east/control-plane', 'east/database'], { databaseReachable: false }],
    [['east/data-plane', 'east/control-plane'], { healthyInstances: 0 }],
  ]
  for (const [places, change] of cases) {
    const seen = (what: typeof change): Observations => ({
      ...{ ...NOTHING, probes: served },
      controlPlanes: ['east', 'west'].map((region) => controlPlane(region, 1_200, what)),
    })
    const plan = { fault: 'partition', places, oneWay: false } as never
    const isInside = places[0]!.split('/')[0] === places[1]!.split('/')[0]
    assert.deepEqual(FAULTS.partition!.needs!(plan), isInside ? ['inner-links'] : [], places.join())
    assert.equal(FAULTS.partition!.prove(plan, seen(change), ['us'], STRUCK).proved, true, places.join())
    assert.equal(FAULTS.partition!.prove(plan, seen({}), ['us'], STRUCK).proved, false, places.join())
  }
})

function calling(sent: number, { status = 200 }: { status?: number }): Observations['calls'][number] {
  const outcome = status === 200 ? 'ok' : 'status'
  return { ...call(sent), vantage: 'us', sent, ended: sent + 2, status, outcome }
}

function certificate(sent: number, expired: boolean): Observations['certificates'][number] {
  return { vantage: 'us', region: 'east', sent, ended: sent + 2, expired }
}

function refusal(code: string): Observations['writes'][number] {
  return write(1, 1_100, { region: 'east', outcome: 'refused', code })
}

function answer(at: number, region: string, ttl: number): Observations['answers'][number] {
  return { vantage: 'us', seen: 'authoritative', at, region, ttl }
}

function streaming(sent: number, is: boolean): Observations['controlPlanes'][number] {
  return controlPlane('west', sent, { streaming: is })
}

test('drift is proved when one region answers otherwise than before, and the others do not', () => {
  const drift = FAULTS.drift!
  const plan = drift.read({ drift: 'west' }, ['east', 'west'], () => {})!
  const edition = (region: string, sent: number, said: string) => {
    return { vantage: 'us', region, sent, ended: sent + 2, edition: said }
  }
  const before = [edition('east', 500, '1'), edition('west', 500, '1')]
  const proof = (...after: ReturnType<typeof edition>[]) =>
    drift.prove(plan, { ...NOTHING, editions: [...before, ...after] }, ['us'], STRUCK)
  assert.equal(proof(edition('east', 1_500, '1'), edition('west', 1_500, 'by hand')).at, 1_502)
  assert.equal(proof(edition('west', 1_500, 'by hand')).proved, false, 'nobody says what the others serve')
  assert.equal(proof(edition('east', 1_500, 'by hand'), edition('west', 1_500, 'by hand')).proved, false)
  assert.equal(proof(edition('east', 1_500, '1'), edition('west', 1_500, '1')).proved, false)
})

test('a cut-off operator is proved when only the other region answers, and the one that does not is there', () => {
  const cut = FAULTS['operator-cut-off']!
  const plan = cut.read({ 'operator-cut-off': 'west' }, ['east', 'west'], () => {})!
  const writes = Array.from({ length: 12 }, (_, index) => write(index, 1_100 + index * 200, { region: 'east' }))
  const prove = (seen: Partial<Observations>) => cut.prove(plan, { ...NOTHING, ...seen }, ['writer'], STRUCK)
  const controlPlanes = [controlPlane('west', 2_000)]
  assert.equal(prove({ writes, controlPlanes }).at, 1_100 + 9 * 200 + 10)
  assert.equal(prove({ writes }).proved, false, 'it may be dead')
  const answered = [...writes, write(20, 3_100, { region: 'west' })]
  assert.equal(prove({ writes: answered, controlPlanes }).proved, false)
})
