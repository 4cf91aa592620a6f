import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import https from 'node:https'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { checkControlPlane } from '../../../runtime/control-plane/pki/identity.ts'
import { nextEpoch } from '../../../runtime/model/version.ts'
import { LedgerClient } from '../../e2e/ledger-client.ts'
import { ControlPlaneFleet, until } from './control-plane-fleet.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }
const EACH = 3

describe('three control planes of one region', () => {
  let fleet: ControlPlaneFleet
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east'], EACH)
  })
  after(() => fleet?.close())

  const others = async () => {
    const leader = await fleet.leaderOf('east')
    return [0, 1, 2].filter((index) => index !== leader) as [number, number]
  }

  it('all say the same of their region', async () => {
    const states = await Promise.all([0, 1, 2].map((index) => fleet.state('east', index)))
    for (const { role, lineage, epoch } of states) {
      assert.equal(role, 'active')
      assert.equal(lineage, states[0]?.lineage)
      assert.equal(epoch, states[0]?.epoch)
    }
  })

  it('a member passes writes on, and answers as its leader does', async () => {
    const [member] = await others()
    const id = randomUUID()
    const created = await fleet.admin('east', member, 'PUT', '/routes/passed-on', ROUTE, { 'x-antipode-write': id })
    assert.equal(created.status, 201)
    assert.equal(created.headers['x-antipode-write'], id)
    assert.ok(Number(created.headers['x-antipode-revision']) > 0)
    assert.equal(created.body.key, '/apisix/routes/passed-on')
    const found = await fleet.admin('east', member, 'GET', `/antipode/writes/${id}`)
    assert.equal(found.body.status, 'applied')
    const refused = await fleet.admin('east', member, 'PUT', '/routes/passed-on', { uri: 1 })
    assert.equal(refused.status, 400)
    assert.match(refused.body.error_msg, /^invalid configuration: property "uri" validation failed/)
    assert.equal((await fleet.admin('east', member, 'DELETE', '/routes/passed-on')).status, 200)
    assert.equal((await fleet.admin('east', member, 'GET', '/routes/passed-on')).status, 404)
  })

  it('whoever is asked shows every write that was answered before', async () => {
    const [writer, reader] = await others()
    for (let number = 0; number < 40; number++) {
      const body = { ...ROUTE, desc: `version ${number}` }
      assert.ok((await fleet.admin('east', writer, 'PUT', '/routes/fresh', body)).status < 300)
      const read = await fleet.admin('east', reader, 'GET', '/routes/fresh')
      assert.equal(read.body.value.desc, body.desc)
    }
  })

  it('a member streams configuration to data planes', async () => {
    const [member] = await others()
    const id = `streamed-${randomUUID()}`
    const frames = await openSync(fleet, member)
    try {
      await fleet.admin('east', 'balancer', 'PUT', `/routes/${id}`, ROUTE)
      assert.ok(await frames.contains(id))
    } finally {
      frames.close()
    }
  })

  it("an operator's order reaches the leader through any of them, and each keeps the hold", async () => {
    const [first, second] = await others()
    assert.equal((await fleet.operate('east', first, { hold: true })).status, 200)
    for (const index of [0, 1, 2]) {
      await until('the hold is known', async () => (await fleet.state('east', index)).hold !== null)
    }
    const refused = await fleet.operate('east', second, { role: 'draining', expectedEpoch: 99_999 })
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'ANTIPODE_REFUSED')
    assert.equal((await fleet.operate('east', second, { hold: false })).status, 200)
  })

  it('when the leader is killed another takes over, in the same epoch, with every acknowledged write', async () => {
    for (let round = 0; round < 3; round++) {
      const before = await fleet.state('east', 'balancer')
      assert.ok((await fleet.admin('east', 'balancer', 'PUT', `/routes/round-${round}`, ROUTE)).status < 300)
      const leader = await fleet.leaderOf('east')
      await fleet.kill('east', leader)
      await until(
        'a write is taken',
        async () => {
          const answer = await fleet.admin('east', 'balancer', 'PUT', `/routes/after-${round}`, ROUTE).catch(() => null)
          return answer !== null && answer.status < 300
        },
        120,
      )
      assert.notEqual(await fleet.leaderOf('east'), leader)
      const read = await fleet.admin('east', 'balancer', 'GET', `/routes/round-${round}`)
      assert.equal(read.status, 200)
      assert.equal((await fleet.state('east', 'balancer')).epoch, before.epoch)
      fleet.launch('east', leader)
      await fleet.serving('east')
    }
  })
})

describe('control planes of a region whose leader and database are gone', () => {
  let fleet: ControlPlaneFleet
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east'], 2)
  })
  after(() => fleet?.close())

  it('no longer repeat what their leader said of itself, and show what they have', async () => {
    assert.equal((await fleet.admin('east', 'balancer', 'PUT', '/routes/kept', ROUTE)).status, 201)
    const leader = await fleet.leaderOf('east')
    const member = 1 - leader
    assert.equal((await fleet.admin('east', member, 'GET', '/routes/kept')).status, 200)
    await fleet.stopDatabase('east')
    await fleet.kill('east', leader)
    await until('the member says so', async () => (await fleet.state('east', member)).role === 'fenced')
    const { lease, database } = await fleet.state('east', member)
    assert.equal(lease, null)
    assert.equal(database.reachable, false)
    assert.equal((await fleet.admin('east', member, 'GET', '/routes/kept')).status, 200)
    assert.equal((await fleet.admin('east', member, 'PUT', '/routes/refused', ROUTE)).status, 503)
  })
})

describe('two regions with three control planes each, behind balancers', () => {
  let fleet: ControlPlaneFleet
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east', 'west'], EACH)
  })
  after(() => fleet?.close())

  const ledgerRegion = (side: 'east' | 'west') => ({
    name: side,
    admin: `http://127.0.0.1:${fleet.balancers[side].admin.port}`,
    adminKey: null,
  })

  it('lose no acknowledged write while both leaders are killed at once, again and again', async () => {
    const client = new LedgerClient([ledgerRegion('east')], 'kill')
    client.start(8)
    try {
      for (let round = 0; round < 3; round++) {
        const acknowledged = client.entries.filter(({ outcome }) => outcome === 'acknowledged').length
        const [east, west] = await Promise.all([fleet.leaderOf('east'), fleet.leaderOf('west')])
        await Promise.all([fleet.kill('east', east), fleet.kill('west', west)])
        await until(
          'writes are acknowledged again',
          () => {
            return client.entries.filter(({ outcome }) => outcome === 'acknowledged').length > acknowledged + 20
          },
          120,
        )
        fleet.launch('east', east)
        fleet.launch('west', west)
        await fleet.serving('east', 'west')
      }
    } finally {
      await client.stop()
    }
    const answered = client.entries.filter(({ outcome }) => outcome === 'acknowledged')
    assert.ok(answered.length > 100)
    assert.deepEqual((await client.audit(ledgerRegion('east'))).missing, [])
    await client.close()
    await until('both regions show the same', async () => {
      const [east, west] = await Promise.all([fleet.state('east', 'balancer'), fleet.state('west', 'balancer')])
      return east.hash === west.hash && east.revision === west.revision
    })
  })

  it('fail over through any control plane of the standby, after every one of the writer was killed', async () => {
    const acknowledged = await fleet.admin('east', 'balancer', 'PUT', '/routes/last-word', ROUTE)
    assert.equal(acknowledged.status, 201)
    for (let index = 0; index < EACH; index++) await fleet.kill('east', index)
    const leader = await fleet.leaderOf('west')
    const member = (leader + 1) % EACH
    const { epoch } = await fleet.state('west', member)
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch }
    const promoted = await fleet.operate('west', member, order)
    assert.equal(promoted.status, 200, JSON.stringify(promoted.body))
    assert.equal(promoted.body.role, 'solo')
    await fleet.serving('west')
    for (let index = 0; index < EACH; index++) {
      assert.equal((await fleet.admin('west', index, 'GET', '/routes/last-word')).status, 200)
      assert.ok((await fleet.admin('west', index, 'PUT', `/routes/from-${index}`, ROUTE)).status < 300)
      assert.equal((await fleet.state('west', index)).epoch, order.epoch)
    }
  })
})

/** A data plane's `/sync` stream at one control plane. */
async function openSync(fleet: ControlPlaneFleet, index: number) {
  const { sync } = fleet.processes.east[index]!
  const identity = { ...fleet.tls('data-plane'), checkServerIdentity: checkControlPlane }
  const lines: string[] = []
  const call = https.get({ host: '127.0.0.1', port: sync, path: '/sync', agent: false, ...identity }, (response) => {
    // Ending the call breaks the stream off.
    response.on('error', () => {})
    // It breaks when it is closed.
    response.on('error', () => {})
    createInterface({ input: response })
      .on('line', (line) => lines.push(line))
      .on('error', () => {})
  })
  call.on('error', () => {})
  await until('the stream is open', () => lines.length > 0)
  return {
    contains: async (text: string) => {
      await until(`a frame holds ${text}`, () => lines.some((line) => line.includes(text)))
      return true
    },
    close: () => call.destroy(),
  }
}
