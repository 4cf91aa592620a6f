import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { AUTHORITATIVE_ANSWER, type DecodedPacket, decode, encode, type OptAnswer, type Packet } from 'dns-packet'
import type { Vantage } from './choose-record.ts'

/** What a name resolves to at this moment. */
export interface Resolution {
  readonly address: string
  /** Seconds. */
  readonly ttl: number
}

export interface DnsServerOptions {
  readonly host: string
  readonly resolve: (vantage: Vantage) => Resolution
}

/** EDNS option for local use (RFC 6891): the name of the region nearest to who asks, in UTF-8. */
export const NEAREST_REGION_OPTION = 65_001
const CLIENT_SUBNET_OPTION = 8

const NOT_IMPLEMENTED = 4
const NAME_ERROR = 3
const REFUSED = 5
const FORMAT_ERROR = 1
const BAD_VERSION = 16
const RECURSION_DESIRED = 0x0100
const OPCODES = 0x7800
const UDP_PAYLOAD = 1232
const TCP_IDLE_MILLISECONDS = 10_000
/** How long resolvers may remember that there is no such record, in seconds. */
const NEGATIVE_TTL = 5

/** An authoritative DNS server, UDP and TCP, for the zone of one host that has one address at a time. */
export class DnsServer {
  readonly #options: DnsServerOptions
  readonly #udp: DatagramSocket = createSocket('udp4')
  readonly #tcp: Server = createServer((socket) => this.#serve(socket))
  readonly #connections = new Set<Socket>()

  constructor(options: DnsServerOptions) {
    this.#options = options
    this.#udp.on('message', (message, { address, port }) => {
      const answer = this.#answer(message)
      if (answer) this.#udp.send(answer, port, address)
    })
  }

  /** Listens on one port for both; 0 for any. Answers with the port. */
  async listen(address: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#tcp.once('error', reject)
      this.#tcp.listen(port, address, resolve)
    })
    const bound = (this.#tcp.address() as { port: number }).port
    await new Promise<void>((resolve, reject) => {
      this.#udp.once('error', reject)
      this.#udp.bind(bound, address, resolve)
    })
    this.#udp.removeAllListeners('error').on('error', () => undefined)
    return bound
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy()
    await Promise.all([
      new Promise<void>((resolve) => this.#tcp.close(() => resolve())),
      new Promise<void>((resolve) => this.#udp.close(resolve)),
    ])
  }

  /** Messages over TCP follow each other, each after two bytes with its length. */
  #serve(socket: Socket): void {
    this.#connections.add(socket)
    socket.once('close', () => this.#connections.delete(socket))
    socket.on('error', () => undefined)
    socket.setTimeout(TCP_IDLE_MILLISECONDS, () => socket.destroy())
    let received = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        const answer = this.#answer(received.subarray(2, end))
        received = received.subarray(end)
        if (!answer) return socket.destroy()
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
      }
    })
  }

  /** Undefined for what is no question at all, and deserves no answer. */
  #answer(message: Buffer): Buffer | undefined {
    let query: DecodedPacket
    try {
      query = decode(message)
    } catch {
      if (message.length < 12 || (message.readUInt16BE(2) & 0x8000) !== 0) return undefined
      return encode({ type: 'response', id: message.readUInt16BE(0), flags: FORMAT_ERROR })
    }
    if (query.type !== 'query') return undefined
    const options = query.additionals?.find((record) => record.type === 'OPT') as OptAnswer | undefined
    const answer = this.#respond(query, options)
    const code = (answer.flags ?? 0) & 0xffff
    const opt = { type: 'OPT', name: '.', udpPayloadSize: UDP_PAYLOAD, flags: 0, options: [], ednsVersion: 0 }
    return encode({
      type: 'response',
      id: query.id ?? 0,
      questions: query.questions ?? [],
      ...answer,
      flags: code | AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & RECURSION_DESIRED),
      additionals: options ? [{ ...opt, extendedRcode: answer.extended ?? 0 } as unknown as OptAnswer] : [],
    })
  }

  #respond(query: DecodedPacket, options: OptAnswer | undefined): Packet & { extended?: number } {
    const [question] = query.questions ?? []
    if (((query.flags ?? 0) & OPCODES) !== 0) return { flags: NOT_IMPLEMENTED }
    if (!question || query.questions?.length !== 1) return { flags: FORMAT_ERROR }
    // An extended code's upper eight bits travel in the OPT record.
    if (options && options.ednsVersion !== 0) return { flags: BAD_VERSION & 0xf, extended: BAD_VERSION >> 4 }

    const { host, resolve } = this.#options
    const name = question.name.toLowerCase()
    const zone = zoneOf(host)
    if (name !== host.toLowerCase()) {
      const within = name === zone || name.endsWith(`.${zone}`)
      if (!within) return { flags: REFUSED }
      return { flags: name === zone ? 0 : NAME_ERROR, authorities: [startOfAuthority(zone)] }
    }
    if (question.type !== 'A' && question.type !== ('ANY' as string)) return { authorities: [startOfAuthority(zone)] }
    const { address, ttl } = resolve(vantageOf(options))
    return { answers: [{ type: 'A', class: 'IN', name: question.name, ttl, data: address }] }
  }
}

function zoneOf(host: string): string {
  return host.toLowerCase().split('.').slice(1).join('.')
}

function startOfAuthority(zone: string) {
  const timers = { serial: 1, refresh: 7200, retry: 900, expire: 1_209_600, minimum: NEGATIVE_TTL }
  const data = { mname: `ns.${zone}`, rname: `hostmaster.${zone}`, ...timers }
  return { type: 'SOA' as const, name: zone, ttl: NEGATIVE_TTL, data }
}

function vantageOf(options: OptAnswer | undefined): Vantage {
  const list = (options?.options ?? []) as { code: number | string; data?: Buffer; ip?: string }[]
  const subnet = list.find(({ code, ip }) => code === CLIENT_SUBNET_OPTION && ip)
  const nearest = list.find(({ code }) => code === NEAREST_REGION_OPTION)
  return { subnet: subnet?.ip, nearest: nearest?.data?.toString('utf8') }
}
