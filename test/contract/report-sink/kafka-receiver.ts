import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Reader, readRecordsBatch, Writer } from '@platformatic/kafka'
import type { Receiver } from './receiver.ts'

/** Keys of the protocol's calls, each with the one version that is spoken here. */
const PRODUCE = 0
const METADATA = 3
const API_VERSIONS = 18
const VERSIONS = [
  [PRODUCE, 7],
  [METADATA, 7],
  [API_VERSIONS, 1],
] as const
const UNSUPPORTED_VERSION = 35

/**
 * One broker with one partition of every topic, which speaks as much of Kafka's protocol as a producer asks for:
 * ApiVersions, Metadata and Produce. https://kafka.apache.org/protocol.html
 */
export async function kafkaReceiver(): Promise<Receiver> {
  const totals = new Map<string, number>()
  const seen = new Set<string>()
  let server: Server
  let port = 0
  let losesNext = false
  const sockets = new Set<Socket>()

  const up = async () => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
      let pending = Buffer.alloc(0)
      socket.on('data', (part) => {
        pending = Buffer.concat([pending, part])
        while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
          const size = pending.readInt32BE(0)
          answer(socket, pending.subarray(4, 4 + size))
          pending = pending.subarray(4 + size)
        }
      })
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }

  function answer(socket: Socket, request: Buffer): void {
    const reader = Reader.from(request)
    const [key, version, correlation] = [reader.readInt16(), reader.readInt16(), reader.readInt32()]
    reader.readNullableString(false)
    const body = Writer.create().appendInt32(correlation)
    if (key === API_VERSIONS) {
      body
        .appendInt16(version > 1 ? UNSUPPORTED_VERSION : 0)
        .appendArray(
          [...VERSIONS],
          (w, [api, spoken]) => w.appendInt16(api).appendInt16(spoken).appendInt16(spoken),
          false,
          false,
        )
      if (version > 0) body.appendInt32(0)
    } else if (key === METADATA) {
      const topics = reader.readArray((r) => r.readString(false), false, false)
      body.appendInt32(0)
      body.appendArray(
        [port],
        (w) => w.appendInt32(1).appendString('127.0.0.1', false).appendInt32(port).appendString(null, false),
        false,
        false,
      )
      body.appendString('cluster', false).appendInt32(1)
      body.appendArray(
        topics,
        (w, topic) => {
          w.appendInt16(0).appendString(topic, false).appendBoolean(false)
          w.appendArray(
            [0],
            (partition) => {
              partition.appendInt16(0).appendInt32(0).appendInt32(1).appendInt32(0)
              for (const nodes of [[1], [1], []]) {
                partition.appendArray(nodes, (node, id) => node.appendInt32(id), false, false)
              }
            },
            false,
            false,
          )
        },
        false,
        false,
      )
    } else {
      const topics = takeIn(reader)
      body.appendArray(
        topics,
        (w, topic) => {
          w.appendString(topic, false)
          w.appendArray(
            [0],
            (p) => p.appendInt32(0).appendInt16(0).appendInt64(0n).appendInt64(-1n).appendInt64(0n),
            false,
            false,
          )
        },
        false,
        false,
      )
      body.appendInt32(0)
      if (losesNext) {
        losesNext = false
        socket.destroy()
        return
      }
    }
    const size = Buffer.alloc(4)
    size.writeInt32BE(body.length)
    socket.write(Buffer.concat([size, body.buffer]))
  }

  /** Counts each message once, by its header, as its consumers are told to. @returns the topics */
  function takeIn(reader: Reader): string[] {
    reader.readNullableString(false)
    const acks = reader.readInt16()
    if (acks !== -1) throw new Error(`to be acknowledged by ${acks}, not by all`)
    reader.readInt32()
    return reader.readArray(
      (r) => {
        const topic = r.readString(false)
        r.readArray(
          (partition) => {
            partition.readInt32()
            partition.readInt32()
            for (const { value, headers } of readRecordsBatch(partition).records) {
              const id = String(headers.find(([name]) => String(name) === 'id')?.[1])
              const { route, calls } = JSON.parse(String(value)) as { route: string; calls: number }
              if (!seen.has(id)) totals.set(route, (totals.get(route) ?? 0) + calls)
              seen.add(id)
            }
          },
          false,
          false,
        )
        return topic
      },
      false,
      false,
    )
  }

  const down = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await up()
  return {
    settings: { name: 'kafka', type: 'kafka', brokers: [`127.0.0.1:${port}`] },
    calls: async (route) => totals.get(route) ?? 0,
    ...{ up, down, stop: down },
    loseNextAnswer: () => {
      losesNext = true
    },
  }
}
