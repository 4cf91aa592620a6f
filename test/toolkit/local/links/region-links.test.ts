import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoint } from '../../../../toolkit/local/links/link-forwarder.ts'
import type { PacketFilter, PacketRule } from '../../../../toolkit/local/links/packet-filter.ts'
import { RegionLinks } from '../../../../toolkit/local/links/region-links.ts'
import type { LinkState } from '../../../../toolkit/local/local-topology.ts'

const EAST = { region: 'east', part: 'database' } as const
const WEST = { region: 'west', part: 'database' } as const

describe('a link between two regions', () => {
  const links = new RegionLinks(['east', 'west'])
  const clients: Socket[] = []
  let echo: Server
  let way: Endpoint
  const accepted: Socket[] = []

  const both = (state: LinkState): void => {
    links.set('east', 'west', state)
    links.set('west', 'east', state)
  }
  const client = async (to = way): Promise<Socket> => {
    const socket = connect(to)
    clients.push(socket)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
  const answer = async (socket: Socket, within: number): Promise<string | undefined> => {
    const data = once(socket, 'data').then(([bytes]) => String(bytes))
    return Promise.race([data, sleep(within, undefined, { ref: false })])
  }

  before(async () => {
    echo = createServer((socket) => {
      accepted.push(socket)
      socket.on('error', () => undefined)
      socket.pipe(socket)
    }).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    way = await links.open(EAST, WEST, {
      host: '127.0.0.1',
      port: (echo.address() as AddressInfo).port,
    })
  })
  afterEach(() => {
    both({ cut: false, delay: 0, loss: 0 })
    for (const socket of clients.splice(0)) socket.destroy()
    accepted.length = 0
  })
  after(async () => {
    await links.close()
    echo.close()
  })

  it('holds what existing connections send while it is cut, and lets it go on when it heals', async () => {
    const socket = await client()
    socket.write('one')
    assert.equal(await answer(socket, 2000), 'one')
    both({ cut: true })
    assert.deepEqual(links.list(), [
      { from: 'east', to: 'west', cut: true, delay: 0, loss: 0 },
      { from: 'west', to: 'east', cut: true, delay: 0, loss: 0 },
    ])
    socket.write('two')
    assert.equal(await answer(socket, 150), undefined)
    both({ cut: false })
    assert.equal(await answer(socket, 2000), 'two')
  })

  it('refuses no connection while it is cut', async () => {
    both({ cut: true })
    const socket = await client()
    socket.write('waiting')
    assert.equal(await answer(socket, 100), undefined)
    assert.equal(accepted.length, 0)
    both({ cut: false })
    assert.equal(await answer(socket, 2000), 'waiting')
  })

  it('keeps the end of a peer to itself while it is cut', async () => {
    const socket = await client()
    socket.write('hello')
    await answer(socket, 2000)
    let closed = false
    socket.once('close', () => {
      closed = true
    })
    both({ cut: true })
    accepted[0]!.resetAndDestroy()
    await sleep(100)
    assert.equal(closed, false)
    both({ cut: false })
    await new Promise((resolve) => socket.once('close', resolve))
  })

  it('delays each way, and connecting by a round trip', async () => {
    both({ delay: 60 })
    const began = performance.now()
    const socket = await client()
    socket.write('ping')
    assert.equal(await answer(socket, 5000), 'ping')
    assert.ok(performance.now() - began >= 4 * 60 - 2, `${performance.now() - began} ms`)
    const sent = performance.now()
    socket.write('again')
    assert.equal(await answer(socket, 5000), 'again')
    assert.ok(performance.now() - sent >= 2 * 60 - 2, `${performance.now() - sent} ms`)
  })

  it('keeps order and every byte under delay, changes of delay and cuts', async () => {
    both({ delay: 20 })
    const socket = await client()
    const sent = randomBytes(24 * 1024 * 1024)
    const received = createHash('sha256')
    const finished = (async () => {
      for await (const bytes of socket) received.update(bytes as Buffer)
    })()
    socket.end(sent)
    for (const state of [{ delay: 5 }, { cut: true }, { cut: false }, { delay: 0 }, { delay: 10 }]) {
      await sleep(30)
      both(state)
    }
    await finished
    assert.equal(received.digest('hex'), createHash('sha256').update(sent).digest('hex'))
  })

  it('makes a sender wait instead of holding without bound', async () => {
    const socket = await client()
    both({ cut: true })
    const chunk = Buffer.alloc(1024 * 1024)
    let flowing = true
    for (let i = 0; i < 64; i++) flowing = socket.write(chunk)
    await sleep(300)
    assert.equal(flowing, false)
    assert.ok(socket.writableLength > 32 * chunk.length, 'most of it stays with the sender')
  })

  it('passes on that nothing listens at the other end', async () => {
    const dead = createServer().listen(0, '127.0.0.1')
    await once(dead, 'listening')
    const { port } = dead.address() as AddressInfo
    dead.close()
    const socket = await client(await links.open(WEST, EAST, { host: '127.0.0.1', port }))
    await new Promise((resolve) => socket.once('close', resolve))
  })

  it('takes what was under way along when a service is dropped', async () => {
    const socket = await client()
    both({ delay: 100 })
    socket.write('lost')
    await sleep(20)
    const heard = answer(socket, 400)
    links.drop('west', 'control-plane')
    assert.equal(socket.destroyed, false, 'another service was dropped')
    links.drop('west', 'database')
    assert.equal(await heard.catch(() => undefined), undefined)
  })

  it('holds one direction alone, and lets the other pass', async () => {
    const socket = await client()
    socket.write('one')
    assert.equal(await answer(socket, 2000), 'one')
    const arrived = once(accepted[0]!, 'data')
    links.set('west', 'east', { cut: true })
    socket.write('two')
    assert.equal(String((await arrived)[0]), 'two', 'what leaves the east arrives')
    assert.equal(await answer(socket, 150), undefined, 'what comes back is held')
    links.set('west', 'east', { cut: false })
    assert.equal(await answer(socket, 2000), 'two')
  })

  it('cuts two parts off from each other and leaves what other parts say', async () => {
    const other = await links.open({ region: 'east', part: 'control-plane' }, WEST, {
      host: '127.0.0.1',
      port: (echo.address() as AddressInfo).port,
    })
    links.set('east/database', 'west/database', { cut: true })
    const [held, free] = [await client(), await client(other)]
    held.write('held')
    free.write('free')
    assert.equal(await answer(free, 2000), 'free')
    assert.equal(await answer(held, 100), undefined)
    assert.deepEqual(links.list().at(-1), {
      ...{ from: 'east/database', to: 'west/database' },
      ...{ cut: true, delay: 0, loss: 0 },
    })
    links.set('east/database', 'west/database', { cut: false })
    assert.equal(await answer(held, 2000), 'held')
    assert.equal(links.list().length, 2, 'what is as it was is not listed')
  })

  it('leads a way elsewhere and back, and breaks what is open', async () => {
    const elsewhere = createServer((socket) => socket.on('error', () => undefined).end('elsewhere')).listen(
      0,
      '127.0.0.1',
    )
    await once(elsewhere, 'listening')
    const before = await client()
    before.write('one')
    assert.equal(await answer(before, 2000), 'one')
    const broken = new Promise((resolve) => before.once('close', resolve))
    links.detour(EAST, WEST, { host: '127.0.0.1', port: (elsewhere.address() as AddressInfo).port })
    await broken
    assert.equal(await answer(await client(), 2000), 'elsewhere')
    links.detour(EAST, WEST, undefined)
    const again = await client()
    again.write('two')
    assert.equal(await answer(again, 2000), 'two')
    elsewhere.close()
    const nowhere = { region: 'north', part: 'database' } as const
    assert.throws(() => links.detour(EAST, nowhere, undefined), /no way leads from east\/database to north\/database/)
  })

  it('sends what is lost again, later and in order, and opens connections later too', async () => {
    // The first two draws lose a segment, the others none.
    const draws = [0, 0]
    const lossy = new RegionLinks(['east', 'west'], () => draws.shift() ?? 1)
    const to = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port }
    const socket = await client(await lossy.open(EAST, WEST, to))
    socket.write('whole')
    assert.equal(await answer(socket, 2000), 'whole')
    lossy.set('east', 'west', { loss: 0.5 })
    const sent = performance.now()
    socket.write('lost ')
    await sleep(20)
    socket.write('behind')
    let heard = ''
    while (heard.length < 'lost behind'.length) heard += await answer(socket, 5000)
    assert.equal(heard, 'lost behind')
    assert.ok(performance.now() - sent >= 600 - 2, `lost twice: 200 ms and 400 ms, ${performance.now() - sent} ms`)
    draws.push(0)
    const opening = performance.now()
    const second = await client(await lossy.open(EAST, WEST, to))
    second.write('hello')
    assert.equal(await answer(second, 5000), 'hello')
    assert.ok(performance.now() - opening >= 1_000 - 2, `${performance.now() - opening} ms`)
    await lossy.close()
  })

  it('does not know a region that is not of the topology', () => {
    assert.throws(() => links.set('east', 'north', { cut: true }), /no link between east and north/)
  })
})

describe('a link whose packets are dropped where parts send and receive them', () => {
  const applied: string[] = []
  let fails: string | undefined
  const filter: PacketFilter = {
    apply: async ({ region, part }, ways) => {
      if (fails) throw new Error(fails)
      const told = ({ cut, loss }: PacketRule) => (cut ? 'cut' : loss)
      applied.push(`${region}/${part} ${ways.map(({ out, back }) => `${told(out)} ${told(back)}`)}`)
      return true
    },
  }
  const asked = (): string[] => applied.splice(0).sort()
  /** The first draw of everything that is sent loses it. */
  const links = new RegionLinks(['east', 'west'], () => 0)
  let echo: Server
  let way: Endpoint

  before(async () => {
    echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    way = await links.open(EAST, WEST, { host: '127.0.0.1', port: (echo.address() as AddressInfo).port })
    await links.open({ region: 'west', part: 'control-plane' }, { region: 'east', part: 'control-plane' }, way)
    links.filterBy(filter, () => undefined)
  })
  afterEach(async () => {
    fails = undefined
    for (const [from, to] of [
      ['east', 'west'],
      ['west', 'east'],
    ] as const)
      links.set(from, to, { cut: false, loss: 0 })
    await links.settle()
    asked()
  })
  after(async () => {
    await links.close()
    echo.close()
  })

  it('drops each direction at whoever takes the way', async () => {
    links.set('east', 'west', { cut: true })
    await links.settle()
    assert.deepEqual(asked(), ['east/database cut 0', 'west/control-plane 0 cut'])
    links.set('east', 'west', { cut: false })
    await links.settle()
    assert.deepEqual(asked(), ['east/database ', 'west/control-plane '])
    await links.settle()
    assert.deepEqual(asked(), [], 'what has no rules is left alone')
  })

  it('does so again where a part starts anew', async () => {
    links.set('east', 'west', { cut: true })
    await links.settle()
    asked()
    await links.renew(EAST)
    assert.deepEqual(asked(), ['east/database cut 0'])
  })

  it('loses nothing twice', async () => {
    links.set('east', 'west', { loss: 0.5 })
    await links.settle()
    const socket = connect(way)
    const sent = performance.now()
    socket.write('hello')
    await once(socket, 'data')
    socket.destroy()
    // With every draw lost, the link itself would open no connection within a minute.
    assert.ok(performance.now() - sent < 30_000)
  })

  it('cuts the link alone, and says so, where packets cannot be dropped', async () => {
    fails = 'not permitted'
    links.set('east', 'west', { cut: true })
    await links.settle()
    assert.match(links.filterFailure ?? '', /: not permitted$/)
    const socket = connect(way)
    await once(socket, 'connect')
    socket.write('held')
    const heard = await Promise.race([once(socket, 'data'), sleep(150)])
    assert.equal(heard, undefined)
    socket.destroy()
  })

  it('cannot be healed while packets go on being dropped', async () => {
    links.set('east', 'west', { cut: true })
    await links.settle()
    links.set('east', 'west', { cut: false })
    fails = 'not permitted'
    await assert.rejects(links.settle(), /not permitted/)
    fails = undefined
    asked()
    await links.settle()
    assert.deepEqual(asked(), ['east/database ', 'west/control-plane '])
  })
})
