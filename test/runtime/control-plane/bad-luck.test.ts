import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { unprivilegedUser } from '../../../toolkit/local/database/unprivileged-user.ts'
import { freezeTrees, killTrees, signalProcess } from '../../../toolkit/local/processes/process-table.ts'
import { LedgerClient } from '../../e2e/ledger-client.ts'
import { ControlPlaneFleet } from './control-plane-fleet.ts'
import { type Side, TwoRegions, until } from './two-regions.ts'

const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }
/** How often PostgreSQL is killed; set to 100 for a long run. */
const KILLS = Number(process.env.ANTIPODE_KILLS ?? 4)

type Refused = { readonly code: string; readonly error_msg: string }

describe('bad luck with the database of a region', () => {
  let regions: TwoRegions
  before(async () => {
    regions = await TwoRegions.start()
  })
  after(() => regions?.close())

  const put = (id: string, headers = {}) => regions.admin('east', 'PUT', `/routes/${id}`, ROUTE, headers)
  const writes = () => until('it writes again', async () => (await regions.state('east')).role === 'active', 120)
  const region = (side: Side) => ({
    name: side,
    admin: `http://127.0.0.1:${regions.ports[side].admin}`,
    adminKey: null,
  })
  const server = (side: Side): number => regions.databases[side].server.child!.pid!

  it(`killed ${KILLS} times under load, on either side, it loses no acknowledged write`, async () => {
    const client = new LedgerClient([region('east')], 'killed')
    const acknowledged = () => client.entries.filter(({ outcome }) => outcome === 'acknowledged').length
    client.start(8)
    try {
      for (let round = 0; round < KILLS; round++) {
        const enough = acknowledged() + 20
        await until('writes are acknowledged', () => acknowledged() >= enough, 120)
        const side = round % 2 === 0 ? 'east' : 'west'
        const { child } = regions.databases[side].server
        killTrees([server(side)])
        await child!.exited
        await regions.databases[side].start()
      }
      const enough = acknowledged() + 20
      await until('writes are acknowledged', () => acknowledged() >= enough, 120)
    } finally {
      await client.stop()
    }
    const statuses = new Set(client.entries.map(({ status }) => status))
    for (const status of statuses) assert.ok([200, 201, 503, 504].includes(status), `answered with ${status}`)
    await writes()
    await until('both regions show the same', async () => {
      const [east, west] = await Promise.all([regions.state('east'), regions.state('west')])
      return east.hash === west.hash && east.revision === west.revision
    })
    const total = acknowledged()
    const doubtful = client.entries.filter(({ outcome }) => outcome === 'in-doubt').length
    const { missing, foundInDoubt } = await client.audit(region('east'))
    assert.deepEqual(missing, [])
    await client.close()
    console.error(
      `killed ${KILLS} times: ${total} acknowledged, 0 lost; ${foundInDoubt.length} of ${doubtful} in doubt found`,
    )
  })

  it('paused, it answers reads, refuses or doubts writes, and goes on by itself', async () => {
    await writes()
    await put('before-the-pause')
    const id = randomUUID()
    const frozen = freezeTrees([server('east')])
    try {
      // In doubt where its transaction had begun.
      const open = await put('open', { 'x-antipode-write': id })
      const expected = { 503: 'ANTIPODE_UNAVAILABLE', 504: 'ANTIPODE_IN_DOUBT' }[open.status]
      assert.equal((open.body as Refused).code, expected, JSON.stringify(open))
      assert.equal((await regions.admin('east', 'GET', '/routes/before-the-pause')).status, 200)
      const refused = await put('refused')
      assert.equal(refused.status, 503)
      assert.match((refused.body as Refused).code, /^ANTIPODE_(FROZEN|UNAVAILABLE)$/)
    } finally {
      for (const pid of frozen) signalProcess(pid, 'SIGCONT')
    }
    await writes()
    const { status } = await regions.admin('east', 'GET', `/antipode/writes/${id}`)
    assert.equal((await regions.admin('east', 'GET', '/routes/open')).status, status)
    assert.equal((await regions.admin('east', 'GET', '/routes/refused')).status, 404)
    assert.ok((await put('after-the-pause')).status < 300)
  })

  it('without a connection to spare, it says so and comes back when there is one', async () => {
    await writes()
    const taken: Client[] = []
    let taking = true
    const take = async () => {
      while (taking) {
        const client = new Client(regions.databaseUrl('east'))
        client.on('error', () => {})
        await client.connect().then(
          () => taken.push(client),
          () => client.end().catch(() => {}),
        )
        if (taken.length % 8 === 0) await sleep(2)
      }
    }
    const takers = [take(), take(), take()]
    try {
      await until('every connection is taken', async () => {
        await regions.databases.east.server.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'antipode%'`,
        )
        await sleep(200)
        return !(await regions.state('east')).database.reachable
      })
      const refused = await put('no-connection')
      assert.equal(refused.status, 503)
      assert.equal((refused.body as Refused).code, 'ANTIPODE_UNAVAILABLE')
      assert.equal((await regions.admin('east', 'GET', '/routes/before-the-pause')).status, 200)
    } finally {
      taking = false
      await Promise.all(takers)
      await Promise.all(taken.map((client) => client.end().catch(() => {})))
    }
    await writes()
    assert.equal((await regions.admin('east', 'GET', '/routes/no-connection')).status, 404)
    assert.equal((await put('connected-again')).status, 201)
  })
})

describe('a database whose disk is full', () => {
  let fleet: ControlPlaneFleet
  let disk: string | undefined
  before(async () => {
    fleet = await ControlPlaneFleet.start(['east'], 1)
    disk = smallDisk(fleet)
  })
  after(async () => {
    // Taken away at once, and in truth when the server that writes to it has ended.
    if (disk) execFileSync('umount', ['--lazy', disk])
    await fleet?.close()
  })

  it('refuses what does not fit with 507, keeps all else, and takes writes again once there is room', async (test) => {
    if (!disk) return test.skip('needs the right to mount a file system')
    const database = fleet.database('east')
    await database.query(`CREATE TABLESPACE small LOCATION '${disk}'`)
    for (const table of ['resource', 'change', 'write']) {
      await database.query(`ALTER TABLE antipode.${table} SET TABLESPACE small`, [], 'antipode')
    }
    // What cannot be compressed, so that it takes its room.
    const labels = () =>
      Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`l${n}`, randomBytes(100).toString('hex')]))
    const put = (id: number) => fleet.admin('east', 0, 'PUT', `/routes/full-${id}`, { ...ROUTE, labels: labels() })
    let last = 0
    let answer = await put(last)
    while (answer.status === 201 && last < 1_000) answer = await put(++last)
    assert.equal(answer.status, 507, JSON.stringify(answer.body))
    assert.equal(answer.body.code, 'ANTIPODE_DISK_FULL')
    assert.equal((await fleet.admin('east', 0, 'GET', `/routes/full-${last}`)).status, 404)
    for (const id of [0, last - 1])
      assert.equal((await fleet.admin('east', 0, 'GET', `/routes/full-${id}`)).status, 200)
    assert.equal((await put(last)).status, 507)

    execFileSync('mount', ['-o', 'remount,size=64m', disk])
    assert.equal((await put(last)).status, 201)
    await fleet.kill('east', 0)
    fleet.launch('east', 0)
    await fleet.serving('east')
    for (let id = 0; id <= last; id++) {
      assert.equal((await fleet.admin('east', 0, 'GET', `/routes/full-${id}`)).status, 200)
    }
  })
})

/** A file system with little room that PostgreSQL may write to; undefined where it cannot be made. */
function smallDisk(fleet: ControlPlaneFleet): string | undefined {
  const folder = path.join(path.dirname(fleet.database('east').directory), 'small')
  mkdirSync(folder)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  chmodSync(folder, 0o700)
  const user = unprivilegedUser()
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}
