import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decode, encode } from 'dns-packet'
import { monotonicNow } from '../../../../toolkit/drill/measure/monotonic.ts'

/** A DNS server that answers every name with one address, which may be changed. */
export async function startDns(address: string, ttl: number) {
  const state = { address, asked: 0 }
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    state.asked++
    const query = decode(message)
    const name = query.questions?.[0]?.name ?? ''
    const answers = [{ type: 'A' as const, class: 'IN' as const, name, ttl, data: state.address }]
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, questions: query.questions ?? [], answers }),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { state, server: { address: '127.0.0.1', port: socket.address().port }, close: () => socket.close() }
}

/** A gateway that notes each call of the drill's callers: the truth that measurements are held against. */
export async function startGateway(address: string, port = 0) {
  const served: { call: string; at: number }[] = []
  let server: Server | undefined
  const open = async (at: number) => {
    server = createServer((request, response) => {
      const call = request.headers['x-antipode-call']
      response.writeHead(200, { 'x-antipode-region': address })
      response.end('ok', () => {
        if (typeof call === 'string') served.push({ call, at: monotonicNow() })
      })
    })
    server.listen(at, address)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const bound = await open(port)
  return {
    address,
    port: bound,
    served,
    /** As SIGKILL does: every connection is cut, and further ones are refused. */
    kill() {
      server?.closeAllConnections()
      server?.close()
      server = undefined
    },
    restart: () => open(bound),
  }
}
