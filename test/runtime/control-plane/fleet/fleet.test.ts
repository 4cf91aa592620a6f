import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Fleet } from '../../../../runtime/control-plane/fleet/fleet.ts'
import { InstanceLog } from '../../../../runtime/control-plane/fleet/instance-log.ts'
import type { Acknowledgement, Registration } from '../../../../runtime/model/frame.ts'
import type { InstanceState } from '../../../../runtime/model/region-state.ts'
import { compareVersions, type Version } from '../../../../runtime/model/version.ts'

const BEGIN = Date.UTC(2026, 0, 1)
const [SECOND, HOUR, DAY] = [1_000, 3_600_000, 86_400_000]
const LINEAGE = 'a lineage'
const REFUSED = [{ type: 'routes', id: '1', reason: 'no such plugin' }] as const

describe('a gateway instance', () => {
  let now: number
  let published: { version: Version; at: number }[]
  let fleet: Fleet
  let log: InstanceLog
  let id: string
  beforeEach(() => {
    now = BEGIN
    published = [{ version: version(1), at: BEGIN - DAY }]
    const clock = () => now
    const offer = () => ({
      lineage: LINEAGE,
      version: published.at(-1)?.version,
      newerSince: (held: Version | null) =>
        published.find((one) => held === null || compareVersions(one.version, held) > 0)?.at ?? now,
    })
    fleet = new Fleet({ region: 'east', offer, now: clock, onTransition: () => observe() })
    log = new InstanceLog(undefined, clock)
    id = fleet.register(registration('run-1'), 'default', 'certificate/1')
    acknowledge(1)
  })

  const version = (revision: number): Version => ({ epoch: 1, revision })
  const publish = (revision: number) => published.push({ version: version(revision), at: now })
  const acknowledge = (revision: number, refused: Acknowledgement['refused'] = [], lineage = LINEAGE) =>
    fleet.acknowledge({ instanceId: id, lineage, version: version(revision), hash: 'h', refused })
  const beat = (revision: number) =>
    fleet.heartbeat({
      ...{ instanceId: id, lineage: LINEAGE, version: version(revision), hash: 'h', calls: 0 },
      ...{ certificateExpiry: '', degraded: [] },
    })
  const pass = (milliseconds: number) => {
    now += milliseconds
    fleet.look()
  }
  function observe() {
    log?.observe(fleet.list())
  }
  const state = (): InstanceState | undefined => fleet.list().find((instance) => instance.id === id)
  const story = () => {
    observe()
    return log
      .events(id)!
      .map(({ at, from, to }) => [Date.parse(at) - BEGIN, from, to])
      .reverse()
  }

  it('is healthy while it is heard of and serves what is published', () => {
    for (let beats = 0; beats < 12; beats++) {
      pass(10 * SECOND)
      beat(1)
      assert.equal(state()?.status, 'Healthy')
    }
    assert.deepEqual(story(), [[0, null, 'Healthy']])
    assert.deepEqual([state()?.reason, state()?.since], [null, new Date(BEGIN).toISOString()])
  })

  it('is lost after more than 30 s of silence, offline after 2 h, removed after 7 days, and each is an event', () => {
    pass(30 * SECOND)
    assert.equal(state()?.status, 'Healthy')
    pass(1)
    assert.equal(state()?.status, 'Lost Connection')
    assert.equal(state()?.reason, null)
    pass(2 * HOUR - 30 * SECOND - 1)
    assert.equal(state()?.status, 'Lost Connection')
    pass(1)
    assert.equal(state()?.status, 'Offline')
    pass(7 * DAY - 2 * HOUR - 1)
    assert.equal(state()?.status, 'Offline')
    pass(1)
    assert.equal(state(), undefined)
    assert.equal(log.list().length, 0)
    assert.deepEqual(story(), [
      [0, null, 'Healthy'],
      [30 * SECOND, 'Healthy', 'Lost Connection'],
      [2 * HOUR, 'Lost Connection', 'Offline'],
      [7 * DAY, 'Offline', 'Removed'],
    ])
    assert.equal(beat(1), false, 'it has to register again')
  })

  it('that was lost becomes healthy with its next heartbeat, at that moment', () => {
    now += 45 * SECOND
    beat(1)
    assert.deepEqual(story(), [
      [0, null, 'Healthy'],
      [30 * SECOND, 'Healthy', 'Lost Connection'],
      [45 * SECOND, 'Lost Connection', 'Healthy'],
    ])
  })

  it('has only a heartbeat once something newer was published longer ago than the deadline', () => {
    pass(SECOND)
    publish(2)
    pass(10 * SECOND)
    assert.equal(state()?.status, 'Healthy')
    pass(1)
    assert.equal(state()?.status, 'Only Heartbeat')
    assert.match(state()!.reason!, /^it serves version .*; something newer is published for 10 s$/)
    acknowledge(2)
    assert.equal(state()?.status, 'Healthy')
    assert.deepEqual(story(), [
      [0, null, 'Healthy'],
      [11 * SECOND, 'Healthy', 'Only Heartbeat'],
      [11 * SECOND + 1, 'Only Heartbeat', 'Healthy'],
    ])
  })

  it('is late although the next version is published again and again', () => {
    for (let revision = 2; revision < 14; revision++) {
      publish(revision)
      pass(SECOND)
      beat(1)
    }
    assert.equal(state()?.status, 'Only Heartbeat')
    assert.deepEqual(story().at(-1), [10 * SECOND, 'Healthy', 'Only Heartbeat'])
  })

  it('is not late while it follows, however often something is published', () => {
    for (let revision = 2; revision < 30; revision++) {
      publish(revision)
      pass(SECOND)
      acknowledge(revision - 1)
    }
    assert.equal(state()?.status, 'Healthy')
  })

  it('has only a heartbeat while it refuses a resource, and says which', () => {
    pass(SECOND)
    acknowledge(1, REFUSED)
    assert.equal(state()?.status, 'Only Heartbeat')
    assert.equal(state()?.reason, 'routes/1 is refused: no such plugin')
    assert.deepEqual(state()?.refused, REFUSED)
    pass(SECOND)
    acknowledge(1)
    assert.deepEqual([state()?.status, state()?.refused], ['Healthy', undefined])
    assert.deepEqual(story().slice(1), [
      [SECOND, 'Healthy', 'Only Heartbeat'],
      [2 * SECOND, 'Only Heartbeat', 'Healthy'],
    ])
    assert.equal(log.events(id)![1]!.reason, 'routes/1 is refused: no such plugin')
  })

  it('that never got a configuration, or holds another lineage, is late after the deadline', () => {
    id = fleet.register(registration('run-2'), 'default', 'certificate/1')
    pass(10 * SECOND)
    assert.equal(state()?.status, 'Healthy')
    pass(1)
    assert.match(state()!.reason!, /^it serves no configuration/)
    acknowledge(1)
    assert.equal(state()?.status, 'Healthy')
    acknowledge(9, [], 'another lineage')
    pass(10 * SECOND + 1)
    assert.match(state()!.reason!, /^it serves lineage another lineage/)
  })

  it('has an id of its own run, the same at every control plane, and shares none', () => {
    const other = new Fleet({ region: 'west', offer: () => ({ ...NOTHING }), now: () => now })
    assert.equal(other.register(registration('run-1'), 'default', 'certificate/1'), id)
    const ids = new Set([id])
    for (let run = 2; run < 500; run++) {
      ids.add(fleet.register(registration(`run-${run}`), 'default', 'certificate/1'))
      ids.add(fleet.register(registration(`run-${run}`), 'default', 'certificate/2'))
    }
    assert.equal(ids.size, 997)
    assert.equal(fleet.list().length, 997)
  })

  it('is what whoever heard of it last says, and ages where nobody speaks of it any more', () => {
    const told = state()!
    const elsewhere = { ...told, region: 'west', lastSeen: new Date(BEGIN + 5 * SECOND).toISOString() }
    log.observe([elsewhere])
    log.observe([{ ...told, status: 'Lost Connection' as const, since: new Date(BEGIN + 30 * SECOND).toISOString() }])
    assert.deepEqual([log.list()[0]!.status, log.list()[0]!.region], ['Healthy', 'west'])
    now = BEGIN + 36 * SECOND
    log.observe([])
    assert.equal(log.list()[0]!.status, 'Lost Connection')
    now = BEGIN + 3 * HOUR
    log.observe([])
    assert.deepEqual(
      log.events(id)!.map(({ at, to }) => [Date.parse(at) - BEGIN, to]),
      [
        [2 * HOUR + 5 * SECOND, 'Offline'],
        [35 * SECOND, 'Lost Connection'],
        [0, 'Healthy'],
      ],
    )
  })
})

const NOTHING = { lineage: undefined, version: undefined, newerSince: () => 0 }

function registration(runId: string): Registration {
  return {
    ...{ hostname: 'host', runId, runtimeVersion: '1.0.0', protocolVersions: [1], ports: [9080], cores: 2 },
    ...{ plugins: {}, labels: {}, certificateRequest: '' },
  }
}
