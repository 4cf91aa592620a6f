import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type DecodedPacket, decode, encode, type OptAnswer, type Packet, streamDecode, streamEncode } from 'dns-packet'
import { DnsServer, NEAREST_REGION_OPTION } from '../../../../toolkit/local/gslb/dns-server.ts'
import { probeHttp } from '../../../../toolkit/local/gslb/http-probe.ts'
import { LocalGslb, STALE, STALE_TTL } from '../../../../toolkit/local/gslb/local-gslb.ts'
import type { GslbRecord } from '../../../../toolkit/local/gslb/synthesised-zone.ts'

const HOST = 'api.example.test'
const query = (name = HOST, type = 'A', more: Partial<Packet> = {}): Packet =>
  ({ type: 'query', id: 4711, flags: 0x0100, questions: [{ type, name }], ...more }) as Packet

/** What the types of `dns-packet` leave out. */
type Answer = DecodedPacket & { readonly rcode: string }

async function overUdp(port: number, message: Buffer): Promise<Answer> {
  const socket = createSocket('udp4')
  socket.send(message, port, '127.0.0.1')
  const [answer] = await once(socket, 'message')
  socket.close()
  return decode(answer as Buffer) as Answer
}

const addressIn = ({ answers }: Answer): string | undefined => (answers?.[0] as { data: string } | undefined)?.data

describe('the DNS server', () => {
  const server = new DnsServer({
    host: HOST,
    resolve: ({ nearest, subnet }) => ({ address: nearest === 'west' || subnet ? '127.0.0.2' : '127.0.0.1', ttl: 7 }),
  })
  let port: number
  const ask = (packet: Packet): Promise<Answer> => overUdp(port, encode(packet))

  before(async () => {
    port = await server.listen('127.0.0.1', 0)
  })
  after(() => server.close())

  it('answers an A query with authority and the TTL of the record', async () => {
    const answer = await ask(query())
    const [record] = answer.answers as { data: string; ttl: number; name: string }[]
    assert.deepEqual([record?.data, record?.ttl, record?.name], ['127.0.0.1', 7, HOST])
    assert.deepEqual([answer.id, answer.rcode, answer.flag_aa, answer.flag_rd], [4711, 'NOERROR', true, true])
  })

  it('takes a name in any case, and answers in that case', async () => {
    const answer = await ask(query('aPi.EXAMPLE.test'))
    assert.deepEqual([answer.answers?.length, answer.questions?.[0]?.name], [1, 'aPi.EXAMPLE.test'])
  })

  it('has no other records of the host, and says how long that may be remembered', async () => {
    const answer = await ask(query(HOST, 'AAAA'))
    assert.deepEqual([answer.rcode, answer.answers, answer.authorities?.[0]?.type], ['NOERROR', [], 'SOA'])
  })

  it('knows no other name of its zone, and refuses those outside', async () => {
    const unknown = await ask(query('www.example.test'))
    assert.deepEqual([unknown.rcode, unknown.authorities?.[0]?.type], ['NXDOMAIN', 'SOA'])
    assert.equal((await ask(query('example.org'))).rcode, 'REFUSED')
  })

  it('hears from EDNS which region is nearest, or which network asks', async () => {
    const option = (options: object[], ednsVersion = 0) =>
      ({ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, ednsVersion, options }) as unknown as OptAnswer
    const nearest = await ask(
      query(HOST, 'A', { additionals: [option([{ code: NEAREST_REGION_OPTION, data: Buffer.from('west') }])] }),
    )
    assert.equal(addressIn(nearest), '127.0.0.2')
    assert.equal(nearest.additionals?.[0]?.type, 'OPT')
    const subnet = { code: 'CLIENT_SUBNET', family: 1, sourcePrefixLength: 24, scopePrefixLength: 0, ip: '192.0.2.0' }
    const from = await ask(query(HOST, 'A', { additionals: [option([subnet])] }))
    assert.equal(addressIn(from), '127.0.0.2')
    const future = await ask(query(HOST, 'A', { additionals: [option([], 1)] }))
    assert.equal((future.additionals?.[0] as OptAnswer | undefined)?.extendedRcode, 1)
    assert.deepEqual(future.answers, [])
  })

  it('says that it does not understand broken messages and other operations', async () => {
    const broken = Buffer.concat([encode(query()).subarray(0, 14), Buffer.from([0xff, 0xff])])
    assert.equal((await overUdp(port, broken)).rcode, 'FORMERR')
    assert.equal((await ask(query(HOST, 'A', { flags: 2 << 11 }))).rcode, 'NOTIMP')
  })

  it('answers over TCP too, one message after the other', async () => {
    const socket = connect(port, '127.0.0.1')
    const message = streamEncode(query())
    socket.write(Buffer.concat([message, message.subarray(0, 5)]))
    const [first] = await once(socket, 'data')
    assert.equal(streamDecode(first as Buffer).answers?.length, 1)
    socket.write(message.subarray(5))
    const [second] = await once(socket, 'data')
    assert.equal(streamDecode(second as Buffer).answers?.length, 1)
    socket.destroy()
  })
})

describe('a probe', () => {
  let status = 200
  let server: Server
  let target: { host: string; port: number; path: string }
  before(async () => {
    server = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/status/ready' }
  })
  after(() => server.close())

  it('passes on 2xx and 3xx, and on nothing else', async () => {
    for (const [given, expected] of [
      [200, true],
      [302, true],
      [404, false],
      [503, false],
    ] as const) {
      status = given
      assert.equal(await probeHttp(target), expected, String(given))
    }
  })

  it('fails when nothing listens, and when what listens does not answer in time', async () => {
    assert.equal(await probeHttp({ ...target, port: 1 }), false)
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const began = performance.now()
    assert.equal(await probeHttp({ ...target, port: (silent.address() as AddressInfo).port }), false)
    assert.ok(performance.now() - began >= 1_990)
    silent.closeAllConnections()
    silent.close()
  })
})

describe('the GSLB', () => {
  it('moves its answer when the checks of the primary fail, and back when they pass', async () => {
    const serving = new Map<string, Server>()
    const places = new Map<string, { address: string; status: { host: string; port: number } }>()
    const down = new Set<string>()
    for (const [i, region] of ['east', 'west'].entries()) {
      const server = createServer((_, response) => response.writeHead(down.has(region) ? 503 : 200).end())
      await once(server.listen(0, '127.0.0.1'), 'listening')
      serving.set(region, server)
      const { port } = server.address() as AddressInfo
      places.set(region, { address: `127.0.0.${i + 1}`, status: { host: '127.0.0.1', port } })
    }
    const check = { path: '/status/ready', interval: 0.4, threshold: 2 }
    const records: GslbRecord[] = [
      { region: 'east', ttl: 3, policy: { kind: 'failover', type: 'PRIMARY' }, check },
      { region: 'west', ttl: 3, policy: { kind: 'failover', type: 'SECONDARY' }, check },
    ]
    const changed: string[] = []
    let moved = (): void => undefined
    const gslb = new LocalGslb({
      zone: { host: HOST, records },
      places,
      onChange: ({ answers }) => {
        changed.push(answers[0]!.region)
        moved()
      },
    })
    const nextMove = () =>
      new Promise<void>((resolve) => {
        moved = resolve
      })
    try {
      const port = await gslb.listen('127.0.0.1', 0)
      gslb.startChecks()
      assert.deepEqual(gslb.state().answers, [{ region: 'east', address: '127.0.0.1' }])
      down.add('east')
      await nextMove()
      assert.deepEqual(gslb.state().answers, [{ region: 'west', address: '127.0.0.2' }])
      const [east, west] = gslb.state().healthChecks
      assert.deepEqual([east?.healthy, west?.healthy, west?.share], [false, true, 1])
      gslb.insistOn('east')
      assert.deepEqual(gslb.state().answers, [{ region: 'east', address: '127.0.0.1' }], 'a wrong answer')
      gslb.insistOn(STALE)
      assert.deepEqual(gslb.state().answers, [{ region: 'west', address: '127.0.0.2' }], 'the answer by the checks')
      const recovery = nextMove()
      down.clear()
      await recovery
      assert.equal(gslb.state().healthChecks[0]?.healthy, true)
      assert.deepEqual(gslb.state().answers, [{ region: 'west', address: '127.0.0.2' }], 'stale by now')
      const answer = await overUdp(port, encode(query()))
      assert.deepEqual(
        [addressIn(answer), answer.answers?.[0] && 'ttl' in answer.answers[0] && answer.answers[0].ttl],
        ['127.0.0.2', STALE_TTL],
      )
      gslb.insistOn(undefined)
      assert.deepEqual(gslb.state().answers, [{ region: 'east', address: '127.0.0.1' }])
      assert.throws(() => gslb.insistOn('north'), /no region that runs here/)
      assert.deepEqual(changed, ['west', 'east', 'west', 'west', 'east'])
    } finally {
      await gslb.close()
      for (const server of serving.values()) server.close()
    }
  })
})
