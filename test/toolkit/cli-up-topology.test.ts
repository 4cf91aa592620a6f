import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { decode, encode } from 'dns-packet'
import pg from 'pg'
import { connectLocal } from '../../toolkit/local/local-client.ts'
import type { LocalTopology } from '../../toolkit/local/local-topology.ts'
import { findProcess } from '../../toolkit/local/processes/process-table.ts'
import { CommandLine, type Line, type Running } from './cli-process.ts'
import { until } from './local/database/linked-databases.ts'

const EXAMPLE = fileURLToPath(new URL('../../stacks/examples/active-passive.ts', import.meta.url))
const EAST = 'us-east-1'
const WEST = 'us-west-2'

describe('antipode up with an active-passive topology', () => {
  const commandLine = new CommandLine()
  let up: Running
  let ready: Line
  let local: LocalTopology

  before(async () => {
    const ports = ['--config', commandLine.freePorts(), '--gslb-port', '0']
    up = commandLine.start('up', EXAMPLE, '--json', '--data-dir', join(commandLine.directory, 'data'), ...ports)
    ready = await up.ready()
    local = connectLocal({ cwd: commandLine.directory })
  })
  after(async () => {
    await up.interrupt()
    assert.deepEqual(await commandLine.settled(), [])
    await commandLine.close()
  })

  const state = async (region: string) => {
    const { admin, adminKey } = ready.regions.find(({ name }: Line) => name === region)
    const response = await fetch(`${admin}/antipode/region`, { headers: { 'x-api-key': adminKey } })
    return (await response.json()) as Line
  }
  const resolve = async (): Promise<{ address: string; ttl: number }> => {
    const [address, port] = ready.gslb.dns.split(':')
    const socket = createSocket('udp4')
    const question = { type: 'A' as const, name: ready.gslb.host }
    socket.send(encode({ type: 'query', id: 1, questions: [question] }), Number(port), address)
    const [message] = await once(socket, 'message')
    socket.close()
    const [answer] = decode(message as Buffer).answers as { data: string; ttl: number }[]
    return { address: answer!.data, ttl: answer!.ttl }
  }

  it('says where everything is, each region on an address of its own', () => {
    assert.deepEqual(
      [ready.topology, ready.durability, ready.gslb.host],
      ['payments', 'confirmed', 'api.payments.example'],
    )
    const [east, west] = ready.regions
    assert.deepEqual([east.name, east.role, west.name, west.role], [EAST, 'primary', WEST, 'standby'])
    if (new URL(west.gateway).hostname === '127.0.0.1') return
    for (const field of ['gateway', 'admin', 'sync', 'status']) {
      assert.deepEqual(
        [new URL(east[field]).hostname, new URL(west[field]).hostname],
        ['127.0.0.1', '127.0.0.2'],
        field,
      )
    }
  })

  it('answers DNS with the primary, and the TTL that was synthesised', async () => {
    assert.deepEqual(await resolve(), { address: '127.0.0.1', ttl: 10 })
    const { answers, healthChecks } = await local.gslb()
    assert.deepEqual(answers, [{ region: EAST, address: '127.0.0.1' }])
    assert.deepEqual(
      healthChecks.map(({ region, healthy }) => [region, healthy]),
      [
        [EAST, true],
        [WEST, true],
      ],
    )
  })

  it('has a writer that the standby confirms', async () => {
    const [east, west] = await Promise.all([state(EAST), state(WEST)])
    assert.deepEqual([east.role, west.role, west.database.streaming], ['active', 'standby', true])
  })

  it('kills a part and everything of it, and starts it again where it was', async () => {
    const { database, processes } = (await local.describe()).regions[1]!
    await local.kill(WEST, ['database'])
    assert.deepEqual(processes.database.filter(findProcess), [])
    assert.deepEqual((await local.describe()).regions[1]!.processes.database, [])
    assert.equal((await local.database(WEST).status()).running, false)
    await local.start(WEST, ['database'])
    assert.equal((await local.describe()).regions[1]!.database, database)
    assert.equal((await local.database(WEST).status()).inRecovery, true)
    await until('the writer is confirmed again', async () => (await state(EAST)).role === 'active')
  })

  it('freezes what a lease then thaws by itself', async () => {
    const client = new pg.Client({ connectionString: ready.regions[1].database, query_timeout: 500 })
    client.on('error', () => undefined)
    await client.connect()
    await local.freeze(WEST, ['database'])
    await local.lease('a drill that died', 1, [{ do: 'thaw', region: WEST, parts: ['database'] }])
    await assert.rejects(client.query('SELECT 1'), /timeout/)
    await up.line(({ event, lease }) => event === 'lease-expired' && lease === 'a drill that died')
    await up.line(({ event }) => event === 'thawed')
    await client.end().catch(() => undefined)
    const again = new pg.Client({ connectionString: ready.regions[1].database })
    await again.connect()
    await again.query('SELECT 1')
    await again.end()
  })

  it('cuts the link between the regions without touching what clients reach', async () => {
    await local.link(WEST, EAST, { cut: true })
    assert.deepEqual(await local.links(), [
      { from: EAST, to: WEST, cut: true, delay: 0, loss: 0 },
      { from: WEST, to: EAST, cut: true, delay: 0, loss: 0 },
    ])
    await until('the writer has no lease any more', async () => (await state(EAST)).role === 'frozen')
    assert.equal((await fetch(`${ready.regions[0].status}/status/ready`)).status, 200)
    assert.equal((await fetch(`${ready.regions[1].status}/status/ready`)).status, 200)
    await local.link(EAST, WEST, { cut: false })
    await until('the writer is confirmed again', async () => (await state(EAST)).role === 'active')
  })

  it('lists what is wrong by intent, and takes it back by itself when its lease is over', async () => {
    const wrong = { kind: 'dns', region: WEST } as const
    await local.afflict(wrong)
    assert.deepEqual(await local.afflictions(), [wrong])
    assert.deepEqual(
      (await local.gslb()).answers.map(({ region }) => region),
      [WEST],
    )
    await local.lease('another drill that died', 1, [{ do: 'relieve', affliction: wrong }])
    await up.line(({ event, kind }) => event === 'relieved' && kind === 'dns')
    assert.deepEqual(await local.afflictions(), [])
    assert.deepEqual(
      (await local.gslb()).answers.map(({ region }) => region),
      [EAST],
    )
    await local.relieve(wrong)
    await assert.rejects(local.afflict({ kind: 'dns', region: 'eu-north-1' }), /no region eu-north-1/)
    await assert.rejects(local.afflict({ kind: 'full-disk', region: EAST }), /run `up --prepare bounded-disk`/)
    await local.relieve({ kind: 'full-disk', region: EAST })
    await assert.rejects(local.afflict({ kind: 'lost-slot', region: EAST }), /streams from no other region/)
    await local.relieve({ kind: 'lost-slot', region: EAST })
    await assert.rejects(local.link(`${EAST}/control-plane`, `${EAST}/database`, { cut: true }), /there is no link/)
  })

  it('changes configuration for a drill wherever it is written, and takes it back', async () => {
    const path = '/apisix/admin/routes/of-a-drill'
    const read = async () =>
      (await fetch(ready.regions[0].admin + path, { headers: { 'x-api-key': ready.regions[0].adminKey } })).status
    const body = { uri: '/of-a-drill', plugins: { 'fault-injection': { abort: { http_status: 200 } } } }
    await local.configure({ method: 'PUT', path, body })
    assert.equal(await read(), 200)
    const undo = { do: 'configure', method: 'DELETE', path } as const
    await local.undo(undo)
    await local.undo(undo)
    assert.equal(await read(), 404)
  })

  it('tells those who listen about every change', async () => {
    const stop = new AbortController()
    const seen: string[] = []
    const listening = (async () => {
      for await (const { event } of local.events(stop.signal)) seen.push(event)
    })()
    await until('events arrive', async () => {
      await local.link(EAST, WEST, { delay: 0 })
      return seen.includes('link')
    })
    stop.abort()
    await listening
  })

  it('refuses what it does not have', async () => {
    await assert.rejects(
      local.kill('eu-north-1', ['database']),
      /no region eu-north-1; the topology has us-east-1, us-west-2/,
    )
    await assert.rejects(local.link(EAST, EAST, { cut: true }), /no link between us-east-1 and us-east-1/)
  })

  it('shows the state of every region', async () => {
    const { stdout } = await commandLine.run('status')
    assert.match(stdout, /^payments {3}confirmed {3}writer us-east-1 {3}epoch 1 {3}revision \d+\n/)
    assert.match(stdout, /us-east-1 +active +writing .* answered\n/)
    assert.match(stdout, /us-west-2 +standby +streaming, confirms .* held back\n/)
  })
})

describe('antipode up with a topology that is interrupted', () => {
  for (const milliseconds of [700, 1_400, 2_100, 2_800]) {
    it(`leaves nothing after ${milliseconds} ms`, async () => {
      const commandLine = new CommandLine()
      try {
        const up = commandLine.start('up', EXAMPLE, '--config', commandLine.freePorts(), '--gslb-port', '0')
        await sleep(milliseconds)
        await up.interrupt()
        assert.deepEqual(await commandLine.settled(), [])
      } finally {
        await commandLine.close()
      }
    })
  }
})
