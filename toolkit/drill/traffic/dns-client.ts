import { createSocket } from 'node:dgram'
import { decode, encode, type OptAnswer, type StringAnswer } from 'dns-packet'
import { NEAREST_REGION_OPTION } from '../../local/gslb/dns-server.ts'

export interface DnsServer {
  readonly address: string
  readonly port: number
  /** Addresses of names that it answers with and that are not its own. @default none */
  readonly elsewhere?: Readonly<Record<string, readonly string[]>>
}

export interface DnsAnswer {
  readonly addresses: readonly string[]
  /** Seconds. */
  readonly ttl: number
}

const TIMEOUT = 1_000

/**
 * Asks one server for the A records of a name, once, over UDP; null when it does not answer within a second.
 *
 * @param nearest the region that whoever asks is nearest to, for a server that answers by it
 */
export function askDns(server: DnsServer, name: string, nearest: string | null = null): Promise<DnsAnswer | null> {
  const id = Math.floor(Math.random() * 65_536)
  const additionals = nearest === null ? [] : [nearestOption(nearest)]
  const question = encode({ type: 'query', id, flags: 0, questions: [{ type: 'A', class: 'IN', name }], additionals })
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const finish = (answer: DnsAnswer | null) => {
      clearTimeout(timer)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(finish, TIMEOUT, null)
    socket.once('error', () => finish(null))
    socket.on('message', (message) => {
      const answer = readAnswer(message, id, server.elsewhere ?? {})
      if (answer !== undefined) finish(answer)
    })
    socket.send(question, server.port, server.address)
  })
}

function nearestOption(region: string): OptAnswer {
  const options = [{ code: NEAREST_REGION_OPTION, data: Buffer.from(region) }]
  return { type: 'OPT', name: '.', udpPayloadSize: 1_232, flags: 0, options } as unknown as OptAnswer
}

/** Undefined for a packet that answers another question. */
function readAnswer(
  message: Buffer,
  id: number,
  elsewhere: Readonly<Record<string, readonly string[]>>,
): DnsAnswer | undefined {
  try {
    const packet = decode(message)
    if (packet.id !== id || packet.type !== 'response') return undefined
    const records = (packet.answers ?? []).filter((record): record is StringAnswer => {
      return record.type === 'A' || (record.type === 'CNAME' && record.data.toLowerCase() in elsewhere)
    })
    const ttl = Math.min(...records.map((record) => record.ttl ?? 0))
    const addresses = records.flatMap(({ type, data }) => {
      return type === 'A' ? [data] : oneOf(elsewhere[data.toLowerCase()] ?? [])
    })
    return { addresses, ttl: records.length === 0 ? 0 : ttl }
  } catch {
    return undefined
  }
}

/** Resolvers hand them out in any order. */
function oneOf(addresses: readonly string[]): string[] {
  return addresses.slice(Math.floor(Math.random() * addresses.length)).slice(0, 1)
}
