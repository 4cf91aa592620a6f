import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** What an echoing upstream says it received. */
export interface Echo {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An upstream that answers with what it received, or as it is told. @returns its `host:port` */
export async function echoUpstream(t: TestContext, name = 'echo', listener?: RequestListener): Promise<string> {
  const server = createServer(
    listener ??
      ((request, response) => {
        let body = ''
        request.on('data', (part) => {
          body += part
        })
        request.on('end', () => {
          const { method, url, headers } = request
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify({ name, method, url, headers, body }))
        })
      }),
  )
  return listening(t, server, () => server.closeAllConnections())
}

/** An upstream of bare bytes. */
export async function tcpUpstream(t: TestContext, onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  return listening(t, server, () => {
    for (const socket of sockets) socket.destroy()
  })
}

/** A `host:port` where nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${port}`
}

async function listening(t: TestContext, server: Server | ReturnType<typeof createTcpServer>, end: () => void) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    end()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
